import type { Database } from './state-store.ts';

/** Deletes rows that became jobs before the given time; pending ones stay whatever their age. Returns how many. */
export const forgetOutbox = async (db: Database, enqueuedBefore: Date): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('outbox')
    .where('enqueued_at', '<', enqueuedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
