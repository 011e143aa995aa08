import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { SEVERITIES } from '#kernel/severity.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { ChartImage } from './cards/blocks.ts';
import { incidentCard } from './cards/incident/incident-card.ts';
import { plainIncidentCard } from './cards/incident/plain-incident-card.ts';
import type { Turn } from './channel-pace.ts';
import { contentHash, isSameState, stateOf } from './content-hash.ts';
import { type Dialect, inDialect } from './dialect.ts';
import { distrustChart } from './incident-charts.ts';
import { type PostRow, type PostSlot, readPost } from './post-once.ts';
import { recordPostTrouble, type ShowDeps, showMessage } from './show-message.ts';
import type { SlackFault } from './slack-faults.ts';

export type CardOutcome =
  | { readonly kind: 'shown'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'later'; readonly until: Date }
  | { readonly kind: 'blocked' }
  /** Deleted in Slack, and nobody misses it, or for the second time. */
  | { readonly kind: 'abandoned' };

export type NotShown = Exclude<CardOutcome, { readonly kind: 'shown' }>;

interface CardSettings {
  readonly dialect: Dialect;
  readonly paceMs: number;
}

// Numbers that read differently are edited at most this often; a state at once.
// Somewhat less than the minute between two requests for it: a card is written seconds after it was
// asked for, and must not miss the next one by those.
const NUMBERS_EVERY_MS = 45 * SECOND_MS;
const CHART_RETRY_MS = 2 * SECOND_MS;
/** Trouble of a card that stays deleted. */
export const DELETED = 'deleted in Slack';
const REFUSED = 'refused';

/** Whether the card is out and differs from this view in numbers alone, if at all. */
export const isInState = (row: PostRow, view: IncidentView, chart: ChartImage | null, now: Date): boolean =>
  row.ts !== null && row.content_hash !== null && isSameState(row.content_hash, hashOf(view, chart, now));

const hashOf = (view: IncidentView, chart: ChartImage | null, now: Date): string =>
  contentHash(stateOf(view, chart?.fileId ?? null), incidentCard(view, { now, chart }));

const LAST_RANK = 2 * SEVERITIES.length + 1;

/**
 * By severity; of two equals the one first whose card a person waits for, having changed its incident. Last of all
 * the cards that are out, with their chart, and differ in numbers alone.
 */
export const turnOf = (
  { paceMs }: Pick<CardSettings, 'paceMs'>,
  card: PostRow,
  view: IncidentView,
  chart: ChartImage | null,
  now: Date,
): Turn => {
  const { updated_at: writtenAt } = card;
  const isWaitedFor =
    writtenAt !== null && view.timeline.some(({ actor, at }) => actor.kind === 'person' && at > writtenAt);
  const isNumbersOnly = !isWaitedFor && chart !== null && isInState(card, view, chart, now);
  const rank = isNumbersOnly ? LAST_RANK : 2 * SEVERITIES.indexOf(view.severity) + (isWaitedFor ? 1 : 2);
  return { key: card.key, paceMs, rank };
};

/** Posts the card, or edits it where it reads differently. A refused chart is left out, never waited for. */
export const showCard = async (
  deps: ShowDeps,
  settings: CardSettings,
  slot: PostSlot,
  view: IncidentView,
  chart: ChartImage | null,
): Promise<CardOutcome> => {
  const row = await readPost(deps, slot);
  const now = deps.clock.now();
  if (row.trouble === DELETED && !mayRepost(row, view)) return { kind: 'abandoned' };
  const shown = (ts: string): CardOutcome => ({ kind: 'shown', channel: row.channel, ts });
  if (row.ts !== null && isInState(row, view, chart, now) && isRecent(row, now)) return shown(row.ts);

  const hash = hashOf(view, chart, now);
  const plain = plainIncidentCard(view);
  const plainHash = contentHash(stateOf(view, null), plain);
  // What Slack refused it would refuse again, until the state is another one.
  const isPlain = row.trouble?.startsWith(REFUSED) === true && isSameState(row.content_hash ?? plainHash, plainHash);
  const message = isPlain
    ? inDialect(plain, settings.dialect)
    : inDialect(incidentCard(view, { now, chart }), settings.dialect, chart);
  const outcome = await showMessage(
    deps,
    row,
    message,
    isPlain ? plainHash : hash,
    turnOf(settings, row, view, chart, now),
  );
  switch (outcome.kind) {
    case 'unchanged':
    case 'written':
      return shown(outcome.ts);
    case 'later':
    case 'blocked':
      return outcome;
    case 'gone':
      return repost(deps, settings, row, view);
    case 'refused':
      return answerRefusal(deps, settings, row, isPlain ? null : chart, isPlain, outcome.fault);
  }
};

/** First without its picture, then in as few words as can be: an incident that nobody sees is worse than a bare card. */
const answerRefusal = async (
  deps: ShowDeps,
  settings: CardSettings,
  row: PostRow,
  chart: ChartImage | null,
  isPlain: boolean,
  fault: SlackFault,
): Promise<CardOutcome> => {
  const soon = addMs(deps.clock.now(), Math.max(settings.paceMs, CHART_RETRY_MS));
  if (chart !== null) {
    deps.logger.warn({ key: row.key, reason: fault.reason }, 'Slack refused a card with its chart');
    await distrustChart(deps, chart.fileId);
    return { kind: 'later', until: soon };
  }
  await recordPostTrouble(deps, row, REFUSED, fault);
  deps.logger.error({ key: row.key, reason: fault.reason, isPlain }, 'Slack refused a card');
  if (isPlain) throw fault;
  return { kind: 'later', until: soon };
};

const isRecent = (row: PostRow, now: Date): boolean =>
  row.updated_at !== null && now.getTime() - row.updated_at.getTime() < NUMBERS_EVERY_MS;

/** While it is not resolved, an incident without a card cannot be acknowledged. */
const isMissed = (view: IncidentView): boolean => view.state !== 'resolved';

/** Once: who deletes it again means it. */
const mayRepost = (row: PostRow, view: IncidentView): boolean => row.reposted_at === null && isMissed(view);

/** Posts a card anew that was deleted in Slack; what its thread did not get yet goes to the new thread. */
export const repost = async (
  deps: ShowDeps,
  settings: CardSettings,
  row: PostRow,
  view: IncidentView,
): Promise<NotShown> => {
  const now = deps.clock.now();
  const isPostedAgain = mayRepost(row, view);
  deps.logger.warn({ key: row.key, channel: row.channel, ts: row.ts, isPostedAgain }, 'A card was deleted in Slack');
  await deps.db
    .updateTable('slack_posts')
    .set(isPostedAgain ? { ...NOT_POSTED, reposted_at: now } : { trouble: DELETED })
    .where('key', '=', row.key)
    .where('ts', '=', row.ts)
    .execute();
  await releaseLines(deps, row);
  return isPostedAgain ? { kind: 'later', until: addMs(now, settings.paceMs) } : { kind: 'abandoned' };
};

/** To where cards go now: its channel takes nothing any more. */
export const moveCard = async (deps: ShowDeps, row: PostRow): Promise<NotShown> => {
  deps.logger.warn({ key: row.key, channel: row.channel }, 'A card moves to another channel');
  await deps.db
    .updateTable('slack_posts')
    .set(NOT_POSTED)
    .where('key', '=', row.key)
    .where('ts', '=', row.ts)
    .execute();
  await releaseLines(deps, row);
  return { kind: 'later', until: deps.clock.now() };
};

const NOT_POSTED = { ts: null, posted_at: null, attempted_at: null, content_hash: null, trouble: null } as const;

/** Lines of unknown fate cannot be looked for in a thread that is gone. */
const releaseLines = async (deps: ShowDeps, card: PostRow): Promise<void> => {
  await deps.db
    .updateTable('slack_posts')
    .set({ attempted_at: null })
    .where('channel', '=', card.channel)
    .where('thread_ts', '=', card.ts)
    .where('ts', 'is', null)
    .execute();
};
