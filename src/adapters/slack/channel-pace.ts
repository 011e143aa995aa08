import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { chooseMoment } from './choose-moment.ts';

export interface PaceDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export type PaceClaim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'too-early'; readonly until: Date }
  /** Held back for longer than the pace, because the channel takes nothing. */
  | { readonly kind: 'blocked' };

export type PaceAnswer = { readonly kind: 'now' } | Exclude<PaceClaim, { readonly kind: 'claimed' }>;

/** Of a write: whose it is, how long the channel is to rest after it, and how urgent it is. */
export interface Turn {
  /** Of the card's post: a card and its thread wait as one. */
  readonly key: string;
  readonly paceMs: number;
  /** 1 is first, of those who begin to wait together. */
  readonly rank: number;
}

/** Who has waited for this long goes before the newcomers that are one rank more urgent, so that nobody waits for ever. */
export const RANK_PER_WAIT_MS = 30 * SECOND_MS;

// From the moment that is kept for a write until its job has really come back.
const COMES_BACK_WITHIN_MS = 5 * SECOND_MS;

/**
 * Whether a write may go out now, without taking the moment. Either way one is kept for it: `until`, which no
 * other of its rank is given, so that of many that wait each comes once, and the most urgent first.
 */
export const askTurn = (deps: PaceDeps, channel: string, asked: Turn): Promise<PaceAnswer> =>
  withChannel(deps, channel, async (trx, row) => {
    const turn = await sinceItWaits(deps, trx, asked);
    const answer = await decide(deps, trx, row, turn);
    if (answer.kind !== 'blocked') {
      await keepMoment(trx, channel, turn, answer.kind === 'now' ? deps.clock.now() : answer.until);
    }
    return answer;
  });

/** Takes the channel's next moment for one write, for all instances; or keeps a later one for it. */
export const claimWrite = (deps: PaceDeps, channel: string, asked: Turn): Promise<PaceClaim> =>
  withChannel(deps, channel, async (trx, row) => {
    const turn = await sinceItWaits(deps, trx, asked);
    const answer = await decide(deps, trx, row, turn);
    if (answer.kind === 'blocked') return answer;
    if (answer.kind === 'too-early') {
      await keepMoment(trx, channel, turn, answer.until);
      return answer;
    }
    const now = deps.clock.now();
    // A write that comes a little late does not push back all that wait behind it.
    const isLittleLate = now.getTime() - row.next_write_at.getTime() < turn.paceMs;
    const next_write_at = addMs(isLittleLate ? row.next_write_at : now, turn.paceMs);
    await trx.updateTable('slack_channels').set({ next_write_at }).where('channel', '=', channel).execute();
    await trx
      .deleteFrom('slack_turns')
      .where('channel', '=', channel)
      .where((where) =>
        where.or([where('key', '=', turn.key), where('due_at', '<=', addMs(now, -COMES_BACK_WITHIN_MS))]),
      )
      .execute();
    return { kind: 'claimed' };
  });

/** What was kept for a card up to now is free again: it had nothing to write, or did not get to it. */
export const releaseTurn = async (deps: PaceDeps, key: string): Promise<void> => {
  await deps.db.deleteFrom('slack_turns').where('key', '=', key).where('due_at', '<=', deps.clock.now()).execute();
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

/** Until when nobody writes there; null if it is free. */
export const readHold = async (deps: PaceDeps, channel: string): Promise<Date | null> => {
  const row = await deps.db
    .selectFrom('slack_channels')
    .select('next_write_at')
    .where('channel', '=', channel)
    .where('next_write_at', '>', deps.clock.now())
    .executeTakeFirst();
  return row?.next_write_at ?? null;
};

interface ChannelRow {
  readonly channel: string;
  readonly next_write_at: Date;
  readonly trouble: string | null;
}

/** One at a time, among all instances. */
const withChannel = <T>(
  deps: PaceDeps,
  channel: string,
  run: (trx: DatabaseTransaction, row: ChannelRow) => Promise<T>,
): Promise<T> =>
  deps.db.transaction().execute(async (trx) => {
    await trx
      .insertInto('slack_channels')
      .values({ channel, next_write_at: deps.clock.now() })
      .onConflict((conflict) => conflict.column('channel').doNothing())
      .execute();
    const row = await trx
      .selectFrom('slack_channels')
      .select(['channel', 'next_write_at', 'trouble'])
      .where('channel', '=', channel)
      .forUpdate()
      .executeTakeFirstOrThrow();
    return run(trx, row);
  });

/** Its rank among those of all times: a later one counts less, and it stays the best that it had since it waits. */
const sinceItWaits = async (deps: PaceDeps, trx: DatabaseTransaction, turn: Turn): Promise<Turn> => {
  const rank = turn.rank + Math.floor(deps.clock.now().getTime() / RANK_PER_WAIT_MS);
  const kept = await trx.selectFrom('slack_turns').select('rank').where('key', '=', turn.key).executeTakeFirst();
  return { ...turn, rank: Math.min(rank, kept?.rank ?? rank) };
};

const decide = async (deps: PaceDeps, trx: DatabaseTransaction, row: ChannelRow, turn: Turn): Promise<PaceAnswer> => {
  const now = deps.clock.now();
  const freeMs = row.next_write_at.getTime();
  // Within the pace somebody is asking whether it is well again, and his answer is waited for.
  if (row.trouble !== null && freeMs > now.getTime() + turn.paceMs) return { kind: 'blocked' };
  const rows = await trx
    .selectFrom('slack_turns')
    .select(['key', 'rank', 'due_at'])
    .where('channel', '=', row.channel)
    .where('due_at', '>', addMs(now, -COMES_BACK_WITHIN_MS))
    .execute();
  const moment = chooseMoment(
    {
      key: turn.key,
      rank: turn.rank,
      nowMs: now.getTime(),
      freeMs,
      spacingMs: turn.paceMs,
    },
    rows.map(({ key, rank, due_at: dueAt }) => ({ key, rank, dueMs: dueAt.getTime() })),
  );
  return moment <= now.getTime() ? { kind: 'now' } : { kind: 'too-early', until: new Date(moment) };
};

const keepMoment = async (trx: DatabaseTransaction, channel: string, turn: Turn, dueAt: Date): Promise<void> => {
  const moment = { channel, rank: turn.rank, due_at: dueAt };
  await trx
    .insertInto('slack_turns')
    .values({ key: turn.key, ...moment })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(moment))
    .execute();
};
