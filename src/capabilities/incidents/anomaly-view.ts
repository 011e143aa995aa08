import { z } from 'zod';
import type { Row } from '#database/schema.ts';
import type { AnomalyView, FoldReason } from '#ports/incident-board.ts';
import { readFigures, readObservation } from './observation-json.ts';

const path = z.array(z.string());
const oneService = z.tuple([z.string()]);
const foldReasonSchema: z.ZodType<FoldReason> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('calls'), path }),
  z.object({ kind: z.literal('called-by'), path }),
  z.object({ kind: z.literal('linked'), path }),
  z.object({ kind: z.literal('same-service'), path: oneService }),
  z.object({ kind: z.literal('re-fired'), path: oneService }),
]);

/** An anomaly as people read it. p99 is not part of it until a display query asked for it. */
export const anomalyViewOf = (row: Row<'anomalies'>): AnomalyView => {
  const last = readObservation(row.observation);
  const peak = row.peak_observation === null ? last : readFigures(row.peak_observation);
  return {
    ...last,
    onsetAt: row.onset_at,
    id: row.id,
    peakScore: row.peak_score,
    peakRate: row.peak_rate,
    peakLatencyKind: peak.latencyKind,
    worstSeverity: row.worst_severity,
    firstTickAt: row.first_tick_at,
    lastTickAt: row.last_tick_at,
    quietSince: row.is_gone ? null : row.quiet_since,
    p99Ms: null,
    foldReason: row.fold_reason === null ? null : foldReasonSchema.parse(row.fold_reason),
  };
};
