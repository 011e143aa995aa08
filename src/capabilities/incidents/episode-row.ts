import type { NewRow, Row } from '#database/schema.ts';
import type { AnomalyClosing, AnomalyObservation } from '#kernel/anomaly.ts';
import { worstSeverity } from '#kernel/severity.ts';
import { isSubstantial } from './episode.ts';
import { readObservation, writeObservation } from './observation-json.ts';

/** The episode after a tick that still saw it. A peak of null leaves the one that is stored. */
export const updatedEpisode = (
  row: Row<'anomalies'>,
  observation: AnomalyObservation,
  at: Date,
): NewRow<'anomalies'> => ({
  ...identityOf(row),
  // Detection corrects it when a small episode pages; an incident keeps the onset that it folded by.
  onset_at: row.incident_id === null ? observation.onsetAt : row.onset_at,
  last_tick_at: latest(at, row.last_tick_at),
  closed_at: null,
  quiet_since: null,
  score: observation.score,
  peak_score: Math.max(row.peak_score, observation.score),
  peak_rate: Math.max(row.peak_rate, rateOf(observation)),
  severity: observation.severity,
  worst_severity:
    observation.severity === null ? row.worst_severity : worstSeverity(observation.severity, row.worst_severity),
  is_paging: observation.isPaging,
  large_since: isSubstantial(observation) ? (row.large_since ?? at) : null,
  observation: writeObservation(observation),
  peak_observation: rateOf(observation) > row.peak_rate ? writeObservation(observation) : null,
});

/** The episode after it ended, with the numbers of the quiet window. */
export const closedEpisode = (row: Row<'anomalies'>, closing: AnomalyClosing, at: Date): NewRow<'anomalies'> => {
  const last = readObservation(row.observation);
  return {
    ...identityOf(row),
    last_tick_at: latest(at, row.last_tick_at),
    closed_at: at,
    quiet_since: closing.quietSince,
    score: row.score,
    peak_score: row.peak_score,
    peak_rate: row.peak_rate,
    severity: null,
    worst_severity: row.worst_severity,
    is_paging: false,
    large_since: null,
    observation: writeObservation({
      ...last,
      // What was accepted keeps the numbers that it was accepted with.
      ...(closing.acceptedBy
        ? {}
        : {
            k: closing.k,
            n: closing.n,
            latencyKind: closing.latencyKind,
            window: closing.window,
            evidence: closing.evidence,
          }),
      severity: null,
      isPaging: false,
      isFailingNow: false,
      isLargeEnough: false,
    }),
    peak_observation: null,
    is_gone: closing.isGone,
  };
};

/** An episode that begins with this tick. */
export const newEpisode = (observation: AnomalyObservation, at: Date): NewRow<'anomalies'> => ({
  service: observation.service,
  signal: observation.signal,
  onset_at: observation.onsetAt,
  first_tick_at: at,
  last_tick_at: at,
  closed_at: null,
  quiet_since: null,
  score: observation.score,
  peak_score: observation.score,
  peak_rate: rateOf(observation),
  severity: observation.severity,
  worst_severity: observation.severity ?? 'P4',
  is_paging: observation.isPaging,
  large_since: isSubstantial(observation) ? at : null,
  incident_id: null,
  fold_reason: null,
  observation: writeObservation(observation),
  peak_observation: writeObservation(observation),
});

const identityOf = (row: Row<'anomalies'>) => ({
  id: row.id,
  service: row.service,
  signal: row.signal,
  onset_at: row.onset_at,
  first_tick_at: row.first_tick_at,
  incident_id: row.incident_id,
  fold_reason: row.fold_reason === null ? null : JSON.stringify(row.fold_reason),
});

const latest = (a: Date, b: Date): Date => (a > b ? a : b);

const rateOf = ({ k, n }: AnomalyObservation): number => (n === 0 ? 0 : Math.min(1, k / n));
