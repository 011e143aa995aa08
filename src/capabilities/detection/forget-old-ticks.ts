import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS } from '#kernel/duration.ts';

interface Deps {
  readonly clock: Clock;
  readonly db: Database;
}

const KEPT_MS = DAY_MS;

/** Deletes ticks that finished more than 24 h ago; returns how many. */
export const forgetOldTicks = async ({ clock, db }: Deps): Promise<number> => {
  const deleted = await db
    .deleteFrom('detection_ticks')
    .where('finished_at', '<', addMs(clock.now(), -KEPT_MS))
    .executeTakeFirst();
  return Number(deleted.numDeletedRows);
};
