import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs } from '#kernel/duration.ts';

export interface PaceDeps {
  readonly db: Database;
  readonly clock: Clock;
}

export type PaceClaim = { readonly kind: 'claimed' } | { readonly kind: 'too-early'; readonly until: Date };

/** Takes the channel's next moment for one write, for all instances. */
export const claimWrite = async (deps: PaceDeps, channel: string, paceMs: number): Promise<PaceClaim> => {
  const now = deps.clock.now();
  const next = addMs(now, paceMs);
  const claimed = await deps.db
    .insertInto('slack_channels')
    .values({ channel, next_write_at: next })
    .onConflict((conflict) =>
      conflict.column('channel').doUpdateSet({ next_write_at: next }).where('slack_channels.next_write_at', '<=', now),
    )
    .returning('channel')
    .executeTakeFirst();
  if (claimed !== undefined) return { kind: 'claimed' };
  const row = await deps.db
    .selectFrom('slack_channels')
    .select('next_write_at')
    .where('channel', '=', channel)
    .executeTakeFirst();
  return { kind: 'too-early', until: row?.next_write_at ?? next };
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
