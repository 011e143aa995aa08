import type { Database } from '#database/state-store.ts';

/** Deletes notices that were said, and episodes that ended, before the given time. Returns how many. */
export const forgetNotices = async (db: Database, endedBefore: Date): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('notices')
    .where('ended_at', '<', endedBefore)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
