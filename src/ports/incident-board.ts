import type { Actor } from '#kernel/actor.ts';
import type { AnomalyObservation } from '#kernel/anomaly.ts';
import type { Severity } from '#kernel/severity.ts';
import type { SignalChart } from './chart-renderer.ts';

export const INCIDENT_STATES = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof INCIDENT_STATES)[number];

/** The last observation of an episode, with what is kept over its ticks. */
export interface AnomalyView extends AnomalyObservation {
  readonly id: string;
  readonly peakScore: number;
  readonly peakRate: number;
  /** Latency only: which kind of slow `peakRate` was counted of. */
  readonly peakLatencyKind: AnomalyObservation['latencyKind'];
  /** The worst severity so far. */
  readonly worstSeverity: Severity;
  readonly firstTickAt: Date;
  readonly lastTickAt: Date;
  /** Back in its band since then; null while it lasts, and where nothing is seen of the service any more. */
  readonly quietSince: Date | null;
  /** p99 now and usually, from the display query; null where it was not asked or nothing was seen. */
  readonly p99Ms: number | null;
  /** Why it is part of this incident; null for the first one. */
  readonly foldReason: FoldReason | null;
}

export type FoldReason =
  | { readonly kind: 'calls'; readonly path: readonly string[] }
  | { readonly kind: 'called-by'; readonly path: readonly string[] }
  /** Linked in traces or logs, direction unknown. */
  | { readonly kind: 'linked'; readonly path: readonly string[] }
  | { readonly kind: 'same-service'; readonly path: readonly [string] }
  /** The same key fired again while the incident was open, or within the cooldown. */
  | { readonly kind: 're-fired'; readonly path: readonly [string] };

export type TimelineEvent =
  | {
      readonly kind: 'opened';
      readonly severity: Severity;
      readonly service: string;
      readonly previousIncident: number | null;
    }
  | { readonly kind: 'anomaly-folded'; readonly anomalyId: string; readonly reason: FoldReason }
  | { readonly kind: 'lead-changed'; readonly from: string; readonly to: string }
  | {
      readonly kind: 'severity-raised';
      readonly from: Severity;
      readonly to: Severity;
      readonly fromScore: number;
      readonly toScore: number;
    }
  | { readonly kind: 'acknowledged'; readonly afterMs: number }
  | { readonly kind: 'responder-added' }
  | { readonly kind: 'recovered'; readonly quietSince: Date }
  | { readonly kind: 'failing-again' }
  /** What the service does now counts as its normal; the actor is who said so. */
  | { readonly kind: 'new-normal-accepted'; readonly service: string }
  | {
      readonly kind: 'resolved';
      readonly afterMs: number;
      readonly resolution: string | null;
      readonly isStillFailing: boolean;
    }
  /** What fixed it, said after it was resolved. */
  | { readonly kind: 'resolution-added'; readonly resolution: string }
  | {
      readonly kind: 'reopened';
      readonly afterMs: number;
      readonly reason: 'person' | 'fired-again' | 'still-failing';
    };

export interface TimelineEntry {
  readonly id: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly event: TimelineEvent;
}

/** Everything that a card and its thread say, read in one go from durable state. */
export interface IncidentView {
  readonly id: string;
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: Severity;
  readonly openedAt: Date;
  /** When it was opened, or last reopened: since then it waits, or waited, for a responder. */
  readonly waitingSince: Date;
  /** Of the earliest anomaly. */
  readonly onsetAt: Date;
  readonly acknowledged: { readonly by: Actor; readonly at: Date } | null;
  readonly resolved: { readonly by: Actor; readonly at: Date; readonly resolution: string | null } | null;
  readonly recoveredAt: Date | null;
  /** The latest reopening, while nobody resolved since. */
  readonly reopened: { readonly by: Actor; readonly at: Date; readonly afterMs: number } | null;
  /** The latest rise of severity. */
  readonly raised: {
    readonly at: Date;
    readonly from: Severity;
    readonly to: Severity;
    readonly fromScore: number;
    readonly toScore: number;
  } | null;
  /** Responders besides the first acknowledger. */
  readonly responders: readonly Actor[];
  readonly lead: AnomalyView;
  /** Without the lead, worst first. */
  readonly folded: readonly AnomalyView[];
  readonly timeline: readonly TimelineEntry[];
  /** A resolved incident of the same key that this one follows after the cooldown. */
  readonly previousIncident: number | null;
  /** An open incident that this one may share its cause with. */
  readonly possiblySameAs: number | null;
  /** Since when nothing at all is seen of the lead's service, while it is an anomaly of another signal. */
  readonly noDataSince: Date | null;
  /** Null: nobody can be woken. */
  readonly pager: null;
  /** Null where there is nothing to draw, or it could not be read. */
  readonly chart: SignalChart | null;
  /** What the card could not look at, a sentence each. */
  readonly gaps: readonly string[];
}

/** What Sentinel says about itself, outside any incident. */
export interface Notice {
  /** The same key is posted once. */
  readonly key: string;
  readonly kind: 'blind' | 'sees-again' | 'telemetry-gap' | 'board-trouble';
  /** A sentence that begins the notice, and what it means. */
  readonly headline: string;
  readonly detail: string;
}

export type BoardOutcome =
  | { readonly kind: 'shown' }
  /** The channel's pace, a rate limit or an unknown outcome asks to come back then. */
  | { readonly kind: 'later'; readonly until: Date }
  /** The board takes nothing until somebody puts it right; coming back soon is of no use. */
  | { readonly kind: 'blocked' };

export type TurnOutcome =
  | { readonly kind: 'now' }
  /** Many wait to be shown: a moment of its own is kept for this one. */
  | { readonly kind: 'later'; readonly until: Date };

/**
 * Where incidents are shown. A view of durable state: showing the same view twice changes
 * nothing, and each message is posted once whatever fails in between.
 */
export interface IncidentBoard {
  /** Whether to show it now; asked before anything is read for its display. Throws AppError as `showIncident`. */
  askTurn(view: IncidentView): Promise<TurnOutcome>;
  /** Makes card and thread say what the view says. Throws AppError for faults of the board. */
  showIncident(view: IncidentView): Promise<BoardOutcome>;
  /** Posts at once, past any queue. */
  postNotice(notice: Notice): Promise<void>;
  /** Posts without any record of ours, for when the state store is away: the caller sees to it that it is once. */
  postUnrecorded(notice: Notice): Promise<void>;
  /** What keeps incidents from being shown and what to do about it, a sentence each; empty while all is well. */
  readTroubles(): Promise<readonly string[]>;
}
