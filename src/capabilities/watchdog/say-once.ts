import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import type { IncidentBoard, Notice } from '#ports/incident-board.ts';
import { NoticeNotPosted } from './notice-not-posted.ts';

export interface SayOnceDeps {
  readonly db: Database;
  readonly board: Pick<IncidentBoard, 'postNotice'>;
  readonly clock: Clock;
}

// Far longer than a post takes: who claimed it and has not said it by then has died.
const CLAIM_MS = 60 * SECOND_MS;
const RELEASED = new Date(0);

/** Whether this instance shall say it: nobody has, and nobody is about to. */
const claim = async ({ db, clock }: SayOnceDeps, key: string): Promise<boolean> => {
  const now = clock.now();
  const claimed = await db
    .insertInto('notices')
    .values({ key, claimed_at: now, ended_at: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ claimed_at: now })
        .where('notices.ended_at', 'is', null)
        .where('notices.claimed_at', '<', addMs(now, -CLAIM_MS)),
    )
    .returning('key')
    .executeTakeFirst();
  return claimed !== undefined;
};

/**
 * Posts the notice of a key once across all instances, at once and past the queue. A post
 * that fails is given back and throws NoticeNotPosted; the next call tries again, under the same key.
 * Returns whether it was this call that said it.
 */
export const sayOnce = async (deps: SayOnceDeps, notice: Notice): Promise<boolean> => {
  if (!(await claim(deps, notice.key))) return false;
  const row = deps.db.updateTable('notices').where('key', '=', notice.key);
  try {
    await deps.board.postNotice(notice);
  } catch (error) {
    await row.set({ claimed_at: RELEASED }).execute();
    throw new NoticeNotPosted(notice.headline, error);
  }
  await row.set({ ended_at: deps.clock.now() }).execute();
  return true;
};
