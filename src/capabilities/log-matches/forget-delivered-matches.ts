import type { Database } from '#database/state-store.ts';
import { addMs } from '#kernel/duration.ts';
import { DELIVERIES_KEPT_MS } from './limits.ts';

/** Deletes what is known of deliveries that could only bring lines too old to count. Returns how many. */
export const forgetDeliveredMatches = async (db: Database, now: Date): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('log_match_deliveries')
    .where('received_at', '<', addMs(now, -DELIVERIES_KEPT_MS))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
