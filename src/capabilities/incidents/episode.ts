import type { Row } from '#database/schema.ts';
import type { AnomalyObservation, Signal } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { isWorse, type Severity } from '#kernel/severity.ts';
import { readFigures } from './observation-json.ts';

/** An anomaly as folding, lead and severity see it. */
export interface Episode {
  readonly id: string;
  /** `service:signal` */
  readonly key: string;
  readonly service: string;
  readonly signal: Signal;
  readonly onsetAt: Date;
  /** Null while it lasts, and where nothing is seen of the service any more. */
  readonly quietSince: Date | null;
  /** In the last tick; null below P4. */
  readonly severity: Severity | null;
  readonly worstSeverity: Severity;
  readonly score: number;
  /** Failed (or slow) rows of the last window. */
  readonly k: number;
  readonly incidentId: string | null;
  /** Large enough to mean something: only such ones fold and link others. */
  readonly isSubstantial: boolean;
  readonly isFailingNow: boolean;
  /** May open an incident by itself, or reopen one. */
  readonly canOpen: boolean;
}

// An anomaly too small to page opens a compact incident once it has lasted.
const COMPACT_OPENS_AFTER_MS = 3 * MINUTE_MS;

export const keyOf = (anomaly: { readonly service: string; readonly signal: Signal }): string =>
  `${anomaly.service}:${anomaly.signal}`;

type Figures = Omit<AnomalyObservation, 'evidence'>;

export const isSubstantial = (observation: Figures): boolean =>
  observation.signal === 'silence' || observation.isLargeEnough;

/** P1 and P2 that pass the page rules, silence, and lines that were asked for; smaller ones only where `openFrom` says so. */
export const canOpenIncident = (
  observation: Figures,
  largeSince: Date | null,
  at: Date,
  openFrom: Severity,
): boolean => {
  const { severity } = observation;
  if (severity === null) return false;
  if (observation.signal === 'log_match') return true;
  if (observation.isPaging) return observation.signal === 'silence' || !isWorse(openFrom, severity);
  const isCompact = isWorse('P2', severity) && !isWorse(openFrom, severity);
  return isCompact && largeSince !== null && at.getTime() - largeSince.getTime() >= COMPACT_OPENS_AFTER_MS;
};

/** What folding reads of an anomaly; its observation may come without the evidence. */
export type EpisodeRow = Pick<
  Row<'anomalies'>,
  | 'id'
  | 'service'
  | 'signal'
  | 'onset_at'
  | 'closed_at'
  | 'quiet_since'
  | 'is_gone'
  | 'score'
  | 'severity'
  | 'worst_severity'
  | 'large_since'
  | 'incident_id'
  | 'observation'
>;

export const episodeOf = (row: EpisodeRow, at: Date, openFrom: Severity): Episode => {
  const observation = readFigures(row.observation);
  const isLive = row.closed_at === null;
  return {
    id: row.id,
    key: keyOf(row),
    service: row.service,
    signal: row.signal,
    onsetAt: row.onset_at,
    quietSince: row.is_gone ? null : row.quiet_since,
    severity: row.severity,
    worstSeverity: row.worst_severity,
    score: row.score,
    k: observation.k,
    incidentId: row.incident_id,
    isSubstantial: isLive && isSubstantial(observation),
    isFailingNow: isLive && observation.isFailingNow,
    canOpen: isLive && canOpenIncident(observation, row.large_since, at, openFrom),
  };
};
