import type { Database } from '#database/state-store.ts';
import type { AnomalyView } from '#ports/incident-board.ts';
import { anomalyViewOf } from './anomaly-view.ts';

export interface ListAnomaliesDeps {
  readonly db: Database;
}

export interface AnomalyList {
  readonly anomalies: readonly AnomalyView[];
  /** How many there are in all. */
  readonly total: number;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Anomalies that last and that no unresolved incident tracks, the highest score first. */
export const listAnomalies = async (
  deps: ListAnomaliesDeps,
  { limit = DEFAULT_LIMIT }: { readonly limit?: number } = {},
): Promise<AnomalyList> => {
  const matching = deps.db
    .selectFrom('anomalies')
    .leftJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .where('anomalies.closed_at', 'is', null)
    .where('anomalies.severity', 'is not', null)
    .where((where) => where.or([where('incidents.id', 'is', null), where('incidents.state', '=', 'resolved')]));
  const rows = await matching
    .selectAll('anomalies')
    .orderBy('anomalies.score', 'desc')
    .orderBy('anomalies.id')
    .limit(Math.min(limit, MAX_LIMIT))
    .execute();
  const { total } = await matching.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { anomalies: rows.map(anomalyViewOf), total: Number(total) };
};
