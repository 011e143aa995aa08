import type { Database } from '#database/state-store.ts';
import type { AnomalyObservation, Signal } from '#kernel/anomaly.ts';
import { readObservation } from './observation-json.ts';

/** What was last observed of each anomaly of a signal that lasts, with the onset that is stored. */
export const readLastingObservations = async (db: Database, signal: Signal): Promise<readonly AnomalyObservation[]> => {
  const rows = await db
    .selectFrom('anomalies')
    .select(['onset_at', 'observation'])
    .where('signal', '=', signal)
    .where('closed_at', 'is', null)
    .execute();
  return rows.map((row) => ({ ...readObservation(row.observation), onsetAt: row.onset_at }));
};
