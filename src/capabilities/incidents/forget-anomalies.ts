import type { Database } from '#database/state-store.ts';

// One run deletes no more, so that its transaction stays short; the next one goes on.
const MAX_ROWS_PER_RUN = 10_000;

/** Deletes anomalies of no incident that ended before the given time. Returns how many. */
export const forgetAnomalies = async (db: Database, closedBefore: Date): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('anomalies')
    .where('id', 'in', (old) =>
      old
        .selectFrom('anomalies')
        .select('id')
        .where('incident_id', 'is', null)
        .where('closed_at', '<', closedBefore)
        .limit(MAX_ROWS_PER_RUN),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
