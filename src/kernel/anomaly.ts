import type { Actor } from './actor.ts';
import type { Severity } from './severity.ts';
import type { TimeWindow } from './time-window.ts';

/** What detection judges against what a service usually does. */
export const JUDGED_SIGNALS = ['error_rate', 'latency', 'silence'] as const;
export type JudgedSignal = (typeof JUDGED_SIGNALS)[number];

/** `log_match`: log lines that the configured filter found, told without a judgement. */
export const SIGNALS = [...JUDGED_SIGNALS, 'log_match'] as const;
export type Signal = (typeof SIGNALS)[number];

/** A query that really ran, with what it answered. */
export interface QueryEvidence {
  readonly query: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  readonly window: TimeWindow;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/**
 * What stands behind the numbers that are shown: none is shown without it. Of `log_match` the rows are
 * what was counted as lines arrived, and the query is the one that finds these lines again.
 */
export interface Evidence extends QueryEvidence {
  /** Where the baseline was counted by a query of its own. */
  readonly baseline?: QueryEvidence;
}

/** Log lines in which a word of the filter was found. Whoever writes logs wrote the text. */
export interface MatchedLines {
  /** Each line counts for one word. The most frequent first. */
  readonly words: readonly { readonly word: string; readonly count: number }[];
  /** The newest one, cut. */
  readonly lastLine: string;
  readonly lastAt: Date;
  /** When the last of them came in: forwarders deliver some minutes late. */
  readonly arrivedAt: Date;
}

/**
 * What one detection tick says of one service and signal whose episode is open or opens now.
 * For `error_rate`, `k` of `n` rows failed. For `latency`, `k` of `n` are slower than the
 * threshold that `baselineRate` of the baseline exceeded. For `silence`, k = n = 0. For `log_match`, k = n lines
 * since the onset, and the score is 0: nothing was judged.
 */
export interface AnomalyObservation {
  readonly service: string;
  readonly signal: Signal;
  /** z in [0, 10], cut at 10; for latency already scaled to the same lines. */
  readonly score: number;
  /** Of the score; P1 and P2 only if the page rules are passed. Null below P4 (episode still open). */
  readonly severity: Severity | null;
  /** Passed the page rules in this tick. Silence pages by its own rule. */
  readonly isPaging: boolean;
  /** The page rule that held it back, in words, e.g. "one burst, not spread over time". */
  readonly heldBy: string | null;
  /** The last minute by itself is still out of its band. */
  readonly isFailingNow: boolean;
  /** Passed the size floor. */
  readonly isLargeEnough: boolean;
  /** Fewer than 10 baseline buckets. */
  readonly isLearning: boolean;
  /** Told by the last half hour against the hours before: window, k and n are of that half hour. Never pages. */
  readonly isSlowBurn?: boolean;
  /** Start of the earliest bad half-minute slot, when the episode opened or when it first paged. */
  readonly onsetAt: Date;
  /** The five minutes that k and n were counted in. */
  readonly window: TimeWindow;
  readonly k: number;
  readonly n: number;
  /** The newest minute of the window by itself; null for silence. */
  readonly lastMinute: { readonly k: number; readonly n: number } | null;
  /** The open episode shows no sign of it since its last bad rows, and is over at `closesAt` if that lasts. Null while it lasts. */
  readonly calm: { readonly since: Date; readonly closesAt: Date } | null;
  /** In [0, 1]. */
  readonly baselineRate: number;
  /** Baseline buckets of 5 min that were used, at most 12. */
  readonly baselineBuckets: number;
  /** Central 95 % of the predictive for the window's n, as rates in [0, 1]. */
  readonly expected: { readonly low: number; readonly high: number };
  /** What a row is: a request, or a log line where the service logs no requests. */
  readonly unit: 'requests' | 'log lines';
  /** Latency only: the usual p99 and p50 in ms by which the thresholds were chosen. */
  readonly usualP99Ms: number | null;
  readonly usualP50Ms: number | null;
  /** Latency only: which kind scored highest. `mid`: slower than 1.25 × usual median; `tail`: than 1.2 × usual p99. */
  readonly latencyKind: 'mid' | 'tail' | null;
  /** Silence only: when the service was last seen. */
  readonly lastSeenAt: Date | null;
  /** Log match only. */
  readonly matched?: MatchedLines;
  readonly evidence: Evidence;
}

/** The thresholds that slow requests are counted against, relative to what is usual, as people read them. */
export const SLOWER_THAN = { mid: '1.25 × the usual median', tail: '1.2 × the usual p99' } as const;

/** The episode of a service and signal that is over. */
export type AnomalyClosing = EndedAnomaly | AcceptedAnomaly;

interface Closing {
  readonly service: string;
  readonly signal: Signal;
  /** When the signal came back into its band: when its last bad rows ended. */
  readonly quietSince: Date;
  /** Nothing is seen of the service any more: over, but not back. */
  readonly isGone: boolean;
}

/** By itself: ten ticks running without a sign of it, or without anything to judge. */
export interface EndedAnomaly extends Closing {
  readonly acceptedBy?: undefined;
  /** The five minutes that k and n were counted in. */
  readonly window: TimeWindow;
  readonly k: number;
  readonly n: number;
  /** Latency only: which kind k was counted of. */
  readonly latencyKind: 'mid' | 'tail' | null;
  readonly evidence: Evidence;
}

/** What the service does now was taken for its normal. */
export interface AcceptedAnomaly extends Closing {
  readonly acceptedBy: Actor;
}

/** An anomaly of detection's that lasts, as it is known beyond it. */
export interface KnownAnomaly {
  readonly service: string;
  readonly signal: JudgedSignal;
  readonly onsetAt: Date;
  readonly firstTickAt: Date;
  /** An incident has it as a member. */
  readonly isInIncident: boolean;
  /** A person resolved its incident. */
  readonly isDismissed: boolean;
}

/**
 * What a detection tick could look at. `unreachable`: the telemetry store did not answer; `unreadable`:
 * it did, but not with counts that could be judged; `silent`: nothing is seen from any service.
 */
export type TickSight = 'seeing' | 'unreachable' | 'unreadable' | 'silent';

/** What could not be looked at. Never health. */
export interface DetectionGap {
  readonly kind:
    | 'telemetry-unreachable'
    | 'answer-cut'
    | 'telemetry-silent'
    | 'clock-skew'
    | 'too-little-traffic'
    | 'learning'
    | 'baseline-missing'
    | 'query-failed';
  /** Null: all services. */
  readonly service: string | null;
  /** A sentence for a responder. */
  readonly message: string;
}
