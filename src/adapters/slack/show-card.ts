import { addMs, SECOND_MS } from '#kernel/duration.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { ChartImage } from './cards/blocks.ts';
import { bareIncidentCard, incidentCard } from './cards/incident-card.ts';
import { contentHash, isSameState, stateOf } from './content-hash.ts';
import { type Dialect, inDialect } from './dialect.ts';
import { distrustChart } from './incident-charts.ts';
import { type PostRow, type PostSlot, readPost } from './post-once.ts';
import { recordTrouble, type ShowDeps, showMessage } from './show-message.ts';

export type CardOutcome =
  | { readonly kind: 'shown'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'later'; readonly until: Date }
  /** Deleted in Slack, and nobody misses it. */
  | { readonly kind: 'abandoned' };

interface CardSettings {
  readonly dialect: Dialect;
  readonly paceMs: number;
}

// Numbers that read differently are edited at most this often; a state at once.
// Somewhat less than the minute between two requests for it: a card is written seconds after it was
// asked for, and must not miss the next one by those.
const NUMBERS_EVERY_MS = 45 * SECOND_MS;
const CHART_RETRY_MS = 2 * SECOND_MS;
const DELETED = 'deleted in Slack';

/** Whether the card is out and differs from this view in numbers alone, if at all. */
export const isInState = (row: PostRow, view: IncidentView, chart: ChartImage | null, now: Date): boolean =>
  row.ts !== null && row.content_hash !== null && isSameState(row.content_hash, hashOf(view, chart, now));

const hashOf = (view: IncidentView, chart: ChartImage | null, now: Date): string =>
  contentHash(stateOf(view, chart?.fileId ?? null), incidentCard(view, { now, chart }));

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
  if (row.trouble === DELETED && !isMissed(view)) return { kind: 'abandoned' };
  const shown = (ts: string): CardOutcome => ({ kind: 'shown', channel: row.channel, ts });
  if (row.ts !== null && isInState(row, view, chart, now) && isRecent(row, now)) return shown(row.ts);

  const message = inDialect(incidentCard(view, { now, chart }), settings.dialect, chart);
  const outcome = await showMessage(deps, row, message, hashOf(view, chart, now), settings.paceMs);
  switch (outcome.kind) {
    case 'unchanged':
    case 'written':
      return shown(outcome.ts);
    case 'later':
      return outcome;
    case 'gone':
      return repost(deps, settings, row, view);
    case 'refused':
      if (chart === null) {
        // A card that cannot be edited would go on saying what was true before.
        const bare = inDialect(bareIncidentCard(view, now), settings.dialect, null);
        const second = await showMessage(deps, row, bare, hashOf(view, chart, now), null);
        if (second.kind === 'written' || second.kind === 'unchanged') {
          deps.logger.error(
            { key: row.key, reason: outcome.fault.reason },
            'Slack refused a card; a bare one is shown',
          );
          return shown(second.ts);
        }
        await recordTrouble(deps, row, 'refused', outcome.fault);
        deps.logger.error({ key: row.key, reason: outcome.fault.reason }, 'Slack refused a card');
        throw outcome.fault;
      }
      deps.logger.warn({ key: row.key, reason: outcome.fault.reason }, 'Slack refused a card with its chart');
      await distrustChart(deps, chart.fileId);
      return { kind: 'later', until: addMs(now, Math.max(settings.paceMs, CHART_RETRY_MS)) };
  }
};

const isRecent = (row: PostRow, now: Date): boolean =>
  row.updated_at !== null && now.getTime() - row.updated_at.getTime() < NUMBERS_EVERY_MS;

/** While it is not resolved, an incident without a card cannot be acknowledged. */
const isMissed = (view: IncidentView): boolean => view.state !== 'resolved';

const repost = async (
  deps: ShowDeps,
  settings: CardSettings,
  row: PostRow,
  view: IncidentView,
): Promise<CardOutcome> => {
  const again = { ts: null, posted_at: null, attempted_at: null, content_hash: null, trouble: null };
  deps.logger.warn(
    { key: row.key, channel: row.channel, ts: row.ts, isPostedAgain: isMissed(view) },
    'A card was deleted in Slack',
  );
  await deps.db
    .updateTable('slack_posts')
    .set(isMissed(view) ? again : { trouble: DELETED })
    .where('key', '=', row.key)
    .where('ts', '=', row.ts)
    .execute();
  return isMissed(view) ? { kind: 'later', until: addMs(deps.clock.now(), settings.paceMs) } : { kind: 'abandoned' };
};
