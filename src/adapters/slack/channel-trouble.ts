import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { type AppError, isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { isSlackFault } from './slack-faults.ts';

export interface TroubleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

// How often Slack is asked again whether somebody has put it right, for all cards of the channel together.
const ASK_AGAIN_MS = MINUTE_MS;

/** Whether only a person can end this: the channel or the token has to be put right. */
export const isLasting = (error: unknown): error is AppError & { readonly code: 'not-permitted' | 'configuration' } =>
  isAppError(error) && (error.code === 'not-permitted' || error.code === 'configuration');

const wordOf = (fault: AppError): string => (isSlackFault(fault) ? fault.reason : null) ?? 'channel_not_found';

/**
 * Keeps what is wrong with a channel, for all instances, and holds its writes back for a while; so that a
 * channel that takes nothing costs one request a minute, however many cards wait for it. Said once.
 */
export const recordTrouble = async (deps: TroubleDeps, channel: string, fault: AppError): Promise<void> => {
  const now = deps.clock.now();
  const trouble = wordOf(fault);
  const before = await readTrouble(deps, channel);
  await deps.db
    .insertInto('slack_channels')
    .values({ channel, next_write_at: addMs(now, ASK_AGAIN_MS), trouble, trouble_since: now })
    .onConflict((conflict) =>
      conflict.column('channel').doUpdateSet((set) => ({
        next_write_at: addMs(now, ASK_AGAIN_MS),
        trouble,
        trouble_since: set.fn.coalesce('slack_channels.trouble_since', set.val(now)),
      })),
    )
    .execute();
  deps.metrics.increment('sentinel_slack_blocked_total', { reason: trouble });
  if (before === trouble) return;
  deps.logger.error(
    { channel, reason: trouble, err: fault },
    'Slack takes nothing in this channel until it is put right',
  );
};

/** What was written shows that the channel is well. Returns whether it was not before. */
export const clearTrouble = async (deps: Omit<TroubleDeps, 'metrics'>, channel: string): Promise<boolean> => {
  const cleared = await deps.db
    .updateTable('slack_channels')
    .set({ trouble: null, trouble_since: null })
    .where('channel', '=', channel)
    .where('trouble', 'is not', null)
    .returning('channel')
    .executeTakeFirst();
  if (cleared === undefined) return false;
  deps.logger.info({ channel }, 'Slack takes messages in this channel again');
  return true;
};

const readTrouble = async (deps: Pick<TroubleDeps, 'db'>, channel: string): Promise<string | null> => {
  const row = await deps.db
    .selectFrom('slack_channels')
    .select('trouble')
    .where('channel', '=', channel)
    .executeTakeFirst();
  return row?.trouble ?? null;
};

/** Since when it is known to take nothing; null if it is not, or if it is time to ask again. */
export const readBlock = async (
  deps: Pick<TroubleDeps, 'db' | 'clock'>,
  channel: string,
): Promise<{ readonly trouble: string; readonly since: Date } | null> => {
  const row = await deps.db
    .selectFrom('slack_channels')
    .select(['trouble', 'trouble_since'])
    .where('channel', '=', channel)
    .where('trouble', 'is not', null)
    .where('next_write_at', '>', deps.clock.now())
    .executeTakeFirst();
  const { trouble = null, trouble_since: since = null } = row ?? {};
  return trouble === null || since === null ? null : { trouble, since };
};
