import type { AnomalyObservation, DetectionGap, Findings, IncidentView } from '../app/create-replay.ts';
import type { ServiceLines } from './coverage.ts';

/** What `--json` prints. Times are ISO 8601, rates and shares in [0, 1]. The same lines give the same report. */
export interface ReplayReport {
  readonly ticks: number;
  /** Of the first and the last check. */
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
  readonly lines: {
    readonly read: number;
    readonly kept: number;
    /** Outside of --from and --to. */
    readonly leftOut: number;
    readonly refused: number;
    /** The first ones of each file. */
    readonly refusals: readonly RefusedLine[];
  };
  readonly services: readonly ({ readonly service: string } & ServiceLines)[];
  /** What a reader should know of the input, a sentence each. */
  readonly notes: readonly string[];
  readonly gaps: readonly ReportedGap[];
  readonly anomalies: readonly ReportedAnomaly[];
  readonly incidents: readonly ReportedIncident[];
}

export interface RefusedLine {
  readonly file: string;
  readonly line: number;
  readonly field: string | null;
  readonly reason: string;
}

/** What could not be judged, over all checks that said so. */
export interface ReportedGap {
  readonly kind: DetectionGap['kind'];
  /** Null: all services. */
  readonly service: string | null;
  readonly from: string;
  readonly to: string;
  readonly checks: number;
  /** Of the last one. */
  readonly message: string;
}

/** An anomaly with the numbers of its worst check. */
export interface ReportedAnomaly {
  readonly service: string;
  readonly signal: AnomalyObservation['signal'];
  /** The worst. */
  readonly severity: string;
  readonly onsetAt: string;
  readonly firstSeenAt: string;
  /** When it passed the page rules; null: it never did, and `heldBy` says why. */
  readonly firedAt: string | null;
  readonly lastSeenAt: string;
  /** Null: it lasted to the end. */
  readonly quietSince: string | null;
  readonly peakAt: string;
  readonly score: number;
  readonly k: number;
  readonly n: number;
  readonly unit: AnomalyObservation['unit'];
  readonly baselineRate: number;
  readonly baselineBuckets: number;
  readonly isLearning: boolean;
  readonly heldBy: string | null;
  readonly latencyKind: AnomalyObservation['latencyKind'];
  readonly usualP50Ms: number | null;
  readonly usualP99Ms: number | null;
  /** That k and n were counted in. */
  readonly window: { readonly from: string; readonly to: string };
  /** Number of the incident that tracks it. */
  readonly incident: number | null;
  readonly evidence: ReportedEvidence & { readonly baseline: ReportedEvidence | null };
}

interface ReportedEvidence {
  readonly query: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
}

export interface ReportedIncident {
  readonly number: number;
  readonly openedAt: string;
  readonly severity: string;
  /** The lead's first, then by onset. */
  readonly services: readonly string[];
  readonly signals: readonly string[];
  readonly lead: { readonly service: string; readonly signal: string };
  readonly onsetAt: string;
  readonly recoveredAt: string | null;
  readonly resolvedAt: string | null;
  /** Number of a resolved incident of the same signal. */
  readonly previousIncident: number | null;
  readonly possiblySameAs: number | null;
  readonly folded: readonly {
    readonly service: string;
    readonly signal: string;
    readonly reason: string | null;
    readonly path: readonly string[];
  }[];
  readonly timeline: readonly { readonly at: string; readonly event: string }[];
}

type FoundAnomaly = Findings['anomalies'][number];

const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

export const reportAnomaly = (anomaly: FoundAnomaly): ReportedAnomaly => {
  const { observation, at, firedAt } = anomaly.peak;
  const { evidence } = observation;
  return {
    service: anomaly.service,
    signal: anomaly.signal,
    severity: anomaly.worstSeverity,
    onsetAt: anomaly.onsetAt.toISOString(),
    firstSeenAt: anomaly.firstTickAt.toISOString(),
    firedAt: isoOrNull(firedAt),
    lastSeenAt: anomaly.lastTickAt.toISOString(),
    quietSince: isoOrNull(anomaly.quietSince),
    peakAt: at.toISOString(),
    score: observation.score,
    k: observation.k,
    n: observation.n,
    unit: observation.unit,
    baselineRate: observation.baselineRate,
    baselineBuckets: observation.baselineBuckets,
    isLearning: observation.isLearning,
    heldBy: firedAt === null ? observation.heldBy : null,
    latencyKind: observation.latencyKind,
    usualP50Ms: observation.usualP50Ms,
    usualP99Ms: observation.usualP99Ms,
    window: { from: observation.window.from.toISOString(), to: observation.window.to.toISOString() },
    incident: anomaly.incident,
    evidence: { ...reportEvidence(evidence), baseline: evidence.baseline ? reportEvidence(evidence.baseline) : null },
  };
};

const reportEvidence = ({ query, parameters }: ReportedEvidence): ReportedEvidence => ({ query, parameters });

export const reportIncident = (view: IncidentView): ReportedIncident => {
  const { lead } = view;
  const folded = view.folded.toSorted(
    (a, b) => a.onsetAt.getTime() - b.onsetAt.getTime() || compare(a.service, b.service) || compare(a.signal, b.signal),
  );
  const members = [lead, ...folded];
  return {
    number: view.number,
    openedAt: view.openedAt.toISOString(),
    severity: view.severity,
    services: [...new Set(members.map(({ service }) => service))],
    signals: [...new Set(members.map(({ signal }) => signal))],
    lead: { service: lead.service, signal: lead.signal },
    onsetAt: view.onsetAt.toISOString(),
    recoveredAt: isoOrNull(view.recoveredAt),
    resolvedAt: isoOrNull(view.resolved?.at ?? null),
    previousIncident: view.previousIncident,
    possiblySameAs: view.possiblySameAs,
    folded: folded.map(({ service, signal, foldReason }) => ({
      service,
      signal,
      reason: foldReason?.kind ?? null,
      path: foldReason?.path ?? [],
    })),
    timeline: view.timeline.map(({ at, event }) => ({ at: at.toISOString(), event: event.kind })),
  };
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
