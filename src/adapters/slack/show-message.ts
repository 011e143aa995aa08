import type { CardMessage } from './cards/blocks.ts';
import { askTurn, claimWrite, holdWrites, type Turn } from './channel-pace.ts';
import { clearTrouble, isLasting, recordTrouble } from './channel-trouble.ts';
import { type PostDeps, type PostRow, postOnce, readinessToPost, withMark } from './post-once.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault, retryAt, type SlackFault } from './slack-faults.ts';

export interface ShowDeps extends PostDeps {
  readonly slack: Pick<SlackApi, 'postMessage' | 'readMessages' | 'updateMessage'>;
  /** A channel takes messages again: the cards that gave up meanwhile are due. */
  readonly onHealed: () => Promise<unknown>;
}

export type ShowOutcome =
  | { readonly kind: 'unchanged' | 'written'; readonly ts: string }
  | { readonly kind: 'later'; readonly until: Date }
  /** Somebody deleted it in Slack, or the message that its thread hangs on. */
  | { readonly kind: 'gone' }
  /** Nothing is taken there until somebody puts the channel or the token right. */
  | { readonly kind: 'blocked' }
  /** Slack does not take these blocks. */
  | { readonly kind: 'refused'; readonly fault: SlackFault };

const GONE: ReadonlySet<string> = new Set([
  'cant_update_message',
  'edit_window_closed',
  'message_not_found',
  'thread_not_found',
]);

/**
 * Makes one message say this, with at most one write, in the channel's pace. What only a person can
 * put right is kept as trouble of the message and of its channel.
 */
export const showMessage = async (
  deps: ShowDeps,
  row: PostRow,
  message: CardMessage,
  hash: string,
  turn: Turn,
): Promise<ShowOutcome> => {
  const { ts } = row;
  if (ts !== null && row.content_hash === hash) return { kind: 'unchanged', ts };
  if (ts === null) {
    const readiness = readinessToPost(row, deps.clock.now());
    if (readiness.kind === 'wait') return putOff(deps, 'unknown-outcome', readiness.until);
  }
  const claim = await claimWrite(deps, row.channel, turn);
  if (claim.kind === 'blocked') return claim;
  if (claim.kind === 'too-early') return putOff(deps, 'pace', claim.until);
  try {
    const outcome = ts === null ? await postOnce(deps, row, message, hash) : await update(deps, row, ts, message, hash);
    if (outcome.kind === 'later') return outcome;
    if (await clearTrouble(deps, row.channel)) await deps.onHealed();
    return { kind: 'written', ts: outcome.ts };
  } catch (error) {
    if (!isSlackFault(error)) throw error;
    return answerFault(deps, row, turn, error);
  }
};

const update = async (
  deps: ShowDeps,
  row: PostRow,
  ts: string,
  message: CardMessage,
  hash: string,
): Promise<{ readonly kind: 'updated'; readonly ts: string }> => {
  await deps.slack.updateMessage({ channel: row.channel, ts }, withMark(message, row.mark));
  await recordUpdate(deps, row, hash);
  return { kind: 'updated', ts };
};

export const putOff = (
  deps: Pick<ShowDeps, 'metrics'>,
  reason: string,
  until: Date,
): { readonly kind: 'later'; readonly until: Date } => {
  deps.metrics.increment('sentinel_slack_retries_total', { reason });
  return { kind: 'later', until };
};

const answerFault = async (deps: ShowDeps, row: PostRow, turn: Turn, fault: SlackFault): Promise<ShowOutcome> => {
  const until = retryAt(fault, deps.clock.now());
  if (until !== null) {
    await holdWrites(deps, row.channel, until);
    const answer = await askTurn(deps, row.channel, turn);
    return putOff(deps, 'rate-limited', answer.kind === 'too-early' ? answer.until : until);
  }
  if (fault.reason !== null && GONE.has(fault.reason)) return { kind: 'gone' };
  if (fault.code === 'rejected') return { kind: 'refused', fault };
  if (!isLasting(fault)) throw fault;
  await recordPostTrouble(deps, row, 'blocked', fault);
  await recordTrouble(deps, row.channel, fault);
  return { kind: 'blocked' };
};

/** `refused` is final for a line of a thread; `blocked` ends with the channel's trouble. */
export const recordPostTrouble = async (
  deps: Pick<ShowDeps, 'db'>,
  row: PostRow,
  kind: 'refused' | 'blocked',
  fault: SlackFault,
): Promise<void> => {
  const trouble = `${kind} (${fault.reason ?? fault.code}): ${fault.userMessage}`;
  await deps.db.updateTable('slack_posts').set({ trouble }).where('key', '=', row.key).execute();
};

const recordUpdate = async (deps: ShowDeps, row: PostRow, hash: string): Promise<void> => {
  await deps.db
    .updateTable('slack_posts')
    .set({ updated_at: deps.clock.now(), content_hash: hash, trouble: null })
    .where('key', '=', row.key)
    .execute();
};
