import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';

export interface PaceDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export type PaceClaim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'too-early'; readonly until: Date }
  /** Held back for longer than the pace, because the channel takes nothing. */
  | { readonly kind: 'blocked' };

/** Of a write: how long the channel is to rest after it, and how urgent it is. */
export interface Turn {
  readonly paceMs: number;
  /** 1 is first. */
  readonly rank: number;
}

// From the moment that a write waits for until its job has really come back.
const COMES_BACK_WITHIN_MS = 5 * SECOND_MS;
const YIELD_MS = 100;

/**
 * Takes the channel's next moment for one write, for all instances. While a more urgent write that was
 * put off is awaited, less urgent ones are too early: who wakes first is chance, who matters is not.
 */
export const claimWrite = async (deps: PaceDeps, channel: string, turn: Turn): Promise<PaceClaim> => {
  const now = deps.clock.now();
  const next = addMs(now, turn.paceMs);
  const claimed = await deps.db
    .insertInto('slack_channels')
    .values({ channel, next_write_at: next })
    .onConflict((conflict) =>
      conflict
        .column('channel')
        .doUpdateSet({ next_write_at: next, waiting_rank: null, waiting_until: null })
        .where('slack_channels.next_write_at', '<=', now)
        .where((where) =>
          where.or([
            where('slack_channels.waiting_rank', 'is', null),
            where('slack_channels.waiting_rank', '>=', turn.rank),
            where('slack_channels.waiting_until', '<=', now),
          ]),
        ),
    )
    .returning('channel')
    .executeTakeFirst();
  if (claimed !== undefined) return { kind: 'claimed' };
  const row = await deps.db
    .selectFrom('slack_channels')
    .select(['next_write_at', 'trouble'])
    .where('channel', '=', channel)
    .executeTakeFirst();
  const freeAt = row?.next_write_at ?? next;
  // Within the pace somebody is asking whether it is well again, and his answer is waited for.
  if (row !== undefined && row.trouble !== null && freeAt.getTime() > next.getTime()) return { kind: 'blocked' };
  const until = freeAt.getTime() > now.getTime() ? freeAt : addMs(now, Math.max(turn.paceMs, YIELD_MS));
  await awaitTurn(deps, channel, turn.rank, until);
  return { kind: 'too-early', until };
};

/** Says that a write of this urgency comes back then. */
export const awaitTurn = async (deps: PaceDeps, channel: string, rank: number, until: Date): Promise<void> => {
  await deps.db
    .updateTable('slack_channels')
    .set({ waiting_rank: rank, waiting_until: addMs(until, COMES_BACK_WITHIN_MS) })
    .where('channel', '=', channel)
    .where((where) =>
      where.or([
        where('waiting_rank', 'is', null),
        where('waiting_rank', '>=', rank),
        where('waiting_until', '<=', deps.clock.now()),
      ]),
    )
    .execute();
};

/** Nobody writes to the channel before then; an earlier wish changes nothing. */
export const holdWrites = async (deps: PaceDeps, channel: string, until: Date): Promise<void> => {
  await deps.db
    .insertInto('slack_channels')
    .values({ channel, next_write_at: until })
    .onConflict((conflict) =>
      conflict
        .column('channel')
        .doUpdateSet({ next_write_at: until })
        .where('slack_channels.next_write_at', '<', until),
    )
    .execute();
};
