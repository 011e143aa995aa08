import type { Row } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { CardMessage } from './cards/blocks.ts';
import { REQUEST_TIMEOUT_MS, type SlackApi } from './slack-api.ts';
import { isSlackFault } from './slack-faults.ts';

export interface PostDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly slack: Pick<SlackApi, 'postMessage' | 'readMessages'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A message that must exist once. */
export interface PostSlot {
  /** E.g. `timeline:<entry id>`. */
  readonly key: string;
  readonly incidentId: string | null;
  readonly channel: string;
  readonly threadTs: string | null;
}

export type PostRow = Row<'slack_posts'>;

export type PostOutcome =
  | { readonly kind: 'posted'; readonly ts: string }
  /** Found in the channel: an earlier attempt had succeeded. What it says may be out of date. */
  | { readonly kind: 'adopted'; readonly ts: string }
  | { readonly kind: 'later'; readonly until: Date };

// A message on its way may still arrive until its request has timed out; then Slack's own delay is waited for.
const SETTLE_MS = 5 * SECOND_MS;
const LOOK_AFTER_MS = REQUEST_TIMEOUT_MS + SETTLE_MS;
const LOOK_BACK_MS = MINUTE_MS;
const PAGE = 200;
const PAGES = 15;

/** Reads the row of the slot; makes it if there is none. */
export const readPost = async (deps: Pick<PostDeps, 'db'>, slot: PostSlot): Promise<PostRow> => {
  const existing = await selectPost(deps, slot.key);
  if (existing !== undefined) return movedTo(deps, existing, slot);
  await deps.db
    .insertInto('slack_posts')
    .values({
      key: slot.key,
      incident_id: slot.incidentId,
      channel: slot.channel,
      thread_ts: slot.threadTs,
      mark: `sentinel:${slot.key}`,
      attempted_at: null,
      ts: null,
      posted_at: null,
      updated_at: null,
      content_hash: null,
      trouble: null,
    })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return deps.db.selectFrom('slack_posts').selectAll().where('key', '=', slot.key).executeTakeFirstOrThrow();
};

/** What nobody has tried to post yet goes where its thread is now. */
const movedTo = async (deps: Pick<PostDeps, 'db'>, row: PostRow, slot: PostSlot): Promise<PostRow> => {
  const isSettled = row.ts !== null || row.attempted_at !== null;
  if (isSettled || (row.thread_ts === slot.threadTs && row.channel === slot.channel)) return row;
  const moved = { channel: slot.channel, thread_ts: slot.threadTs };
  await deps.db.updateTable('slack_posts').set(moved).where('key', '=', row.key).where('ts', 'is', null).execute();
  return { ...row, ...moved };
};

const selectPost = (deps: Pick<PostDeps, 'db'>, key: string): Promise<PostRow | undefined> =>
  deps.db.selectFrom('slack_posts').selectAll().where('key', '=', key).executeTakeFirst();

/** Whether posting may begin now, needs a look at an earlier attempt first, or has to wait for one. */
export const readinessToPost = (
  row: PostRow,
  now: Date,
): { readonly kind: 'ready' | 'look' } | { readonly kind: 'wait'; readonly until: Date } => {
  if (row.attempted_at === null) return { kind: 'ready' };
  const lookAt = addMs(row.attempted_at, LOOK_AFTER_MS);
  return now.getTime() < lookAt.getTime() ? { kind: 'wait', until: lookAt } : { kind: 'look' };
};

/**
 * Posts a message that no attempt has posted yet. The attempt is committed first, and the message
 * carries the row's mark; so whoever comes after an attempt of unknown outcome looks for the mark
 * before posting again. Throws SlackFault if Slack surely did not take it.
 */
export const postOnce = async (
  deps: PostDeps,
  row: PostRow,
  message: CardMessage,
  contentHash: string,
): Promise<PostOutcome> => {
  const readiness = readinessToPost(row, deps.clock.now());
  if (readiness.kind === 'wait') return { kind: 'later', until: readiness.until };
  if (readiness.kind === 'look') {
    const ts = await findMarked(deps, row);
    if (ts !== null) {
      await recordPost(deps, row, ts, null);
      deps.logger.info({ key: row.key }, 'Found in Slack what an earlier attempt had posted');
      return { kind: 'adopted', ts };
    }
    deps.metrics.increment('sentinel_slack_retries_total', { reason: 'unknown-outcome' });
  }
  const attemptedAt = deps.clock.now();
  if (!(await claimAttempt(deps, row, attemptedAt))) return { kind: 'later', until: addMs(attemptedAt, LOOK_AFTER_MS) };
  try {
    const { ts } = await deps.slack.postMessage(
      { channel: row.channel, threadTs: row.thread_ts },
      withMark(message, row.mark),
    );
    await recordPost(deps, row, ts, contentHash);
    return { kind: 'posted', ts };
  } catch (error) {
    if (!isSlackFault(error)) throw error;
    if (error.certainty === 'not-done') {
      await releaseAttempt(deps, row, attemptedAt);
      throw error;
    }
    deps.logger.warn({ key: row.key, code: error.code }, 'Whether Slack took a message is not known; looking later');
    return { kind: 'later', until: addMs(attemptedAt, LOOK_AFTER_MS) };
  }
};

/** History keeps block ids, so the mark goes where it survives. */
export const withMark = (message: CardMessage, mark: string): CardMessage => ({
  text: message.text,
  blocks: message.blocks.map((block, index) => (index === 0 ? { ...block, block_id: mark } : block)),
});

const findMarked = async (deps: PostDeps, row: PostRow): Promise<string | null> => {
  const attemptedAt = row.attempted_at ?? deps.clock.now();
  const oldest = ((attemptedAt.getTime() - LOOK_BACK_MS) / SECOND_MS).toFixed(6);
  let cursor: string | null = null;
  for (let page = 0; page < PAGES; page += 1) {
    const { messages, nextCursor } = await deps.slack.readMessages(
      { channel: row.channel, threadTs: row.thread_ts, oldest },
      cursor,
      PAGE,
    );
    const found = messages.find((message) => message.blockIds.includes(row.mark));
    if (found !== undefined) return found.ts;
    if (nextCursor === null) return null;
    cursor = nextCursor;
  }
  throw new AppError({
    code: 'limit-exceeded',
    isRetryable: true,
    userMessage:
      'The channel has too many messages to find out whether one of them is ours. Sentinel does not post again.',
  });
};

const claimAttempt = async (deps: PostDeps, row: PostRow, at: Date): Promise<boolean> => {
  const claimed = await deps.db
    .updateTable('slack_posts')
    .set({ attempted_at: at })
    .where('key', '=', row.key)
    .where('ts', 'is', null)
    .where('attempted_at', row.attempted_at === null ? 'is' : '=', row.attempted_at)
    .returning('key')
    .executeTakeFirst();
  return claimed !== undefined;
};

const releaseAttempt = async (deps: PostDeps, row: PostRow, at: Date): Promise<void> => {
  await deps.db
    .updateTable('slack_posts')
    .set({ attempted_at: null })
    .where('key', '=', row.key)
    .where('attempted_at', '=', at)
    .where('ts', 'is', null)
    .execute();
};

const recordPost = async (deps: PostDeps, row: PostRow, ts: string, contentHash: string | null): Promise<void> => {
  const now = deps.clock.now();
  await deps.db
    .updateTable('slack_posts')
    .set({ ts, posted_at: now, updated_at: now, content_hash: contentHash, trouble: null })
    .where('key', '=', row.key)
    .where('ts', 'is', null)
    .execute();
};
