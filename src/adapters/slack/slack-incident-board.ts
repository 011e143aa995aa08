import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { ChartRenderer } from '#ports/chart-renderer.ts';
import type { BoardOutcome, IncidentBoard, IncidentView, Notice, TurnOutcome } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { isCompact } from './cards/incident/incident-state.ts';
import type { CardMessage } from './cards/blocks.ts';
import { noticeCard } from './cards/notice-card.ts';
import { chartLine, type ThreadLine, threadLines } from './cards/incident/thread-lines.ts';
import { askTurn as askTurnOf, holdWrites, releaseTurn, type Turn } from './channel-pace.ts';
import { clearTrouble, isLasting, readBlock, recordTrouble } from './channel-trouble.ts';
import { plainHash } from './content-hash.ts';
import { type Dialect, inDialect } from './dialect.ts';
import { createChannelFinder } from './find-channel.ts';
import { forgetReplacedCharts } from './forget-replaced-charts.ts';
import { type ChartOutcome, readShownChart, refreshChart } from './incident-charts.ts';
import { type PostSlot, postOnce, readPost } from './post-once.ts';
import { readTroubles, troubleInWords } from './read-troubles.ts';
import { isInState, moveCard, type NotShown, repost, showCard, turnOf } from './show-card.ts';
import { putOff, recordPostTrouble, showMessage } from './show-message.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault, retryAt } from './slack-faults.ts';
import {
  type BlockedChannel,
  type ChannelSettings,
  createWritableChannel,
  nowhereToWrite,
} from './writable-channel.ts';

export interface BoardDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly slack: SlackApi;
  readonly chartRenderer: ChartRenderer;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** A channel takes messages again: the cards that gave up meanwhile are due. */
  readonly onHealed: () => Promise<unknown>;
}

export interface BoardSettings extends ChannelSettings {
  readonly dialect: Dialect;
  /** Least time between two writes to one channel; Slack allows about one a second. */
  readonly paceMs?: number;
}

const DEFAULT_PACE_MS = SECOND_MS;

/**
 * Shows incidents in a Slack channel: a card each, and what happened in its thread. Each call makes
 * what writes the channel's pace allows and asks to be called again until all is shown; several
 * instances may run on the same database.
 */
export const createSlackIncidentBoard = (deps: BoardDeps, given: BoardSettings): IncidentBoard => {
  const settings = { dialect: given.dialect, paceMs: given.paceMs ?? DEFAULT_PACE_MS };
  const writable = createWritableChannel(deps, given);

  const askTurn = async (view: IncidentView): Promise<TurnOutcome> => {
    const place = await writable.find();
    // Whether it says why is for the one who shows it.
    if (place === null) return { kind: 'now' };
    const card = await readPost(deps, slotOf(view, place.channel));
    const chart = isCompact(view) ? null : await readShownChart(deps, view);
    const turn = turnOf(settings, card, view, chart, deps.clock.now());
    const answer = await askTurnOf(deps, card.channel, turn);
    return answer.kind === 'too-early' ? putOff(deps, 'pace', answer.until) : { kind: 'now' };
  };

  const showIncident = async (view: IncidentView): Promise<BoardOutcome> => {
    try {
      return await showSomewhere(view);
    } finally {
      await releaseTurn(deps, keyOf(view));
    }
  };

  const showSomewhere = async (view: IncidentView): Promise<BoardOutcome> => {
    const place = await writable.find();
    const key = keyOf(view);
    if (place === null) {
      deps.logger.warn({ key }, 'A card cannot be shown: Slack takes nothing in the configured channels');
      return { kind: 'blocked' };
    }
    if (place.insteadOf !== null) await sayWhyHere(place.channel, place.insteadOf);
    const slot = slotOf(view, place.channel);
    const outcome = await showIn(view, slot);
    if (outcome.kind !== 'blocked') return outcome;
    // Found out just now: the next attempt goes to where something is taken.
    const [other, card] = [await writable.find(), await readPost(deps, slot)];
    return other === null || other.channel === card.channel ? outcome : { kind: 'later', until: deps.clock.now() };
  };

  const showIn = async (view: IncidentView, slot: PostSlot): Promise<BoardOutcome> => {
    // A compact card has no room for a picture; its thread has.
    const before = isCompact(view) ? null : await readShownChart(deps, view);
    const row = await readPost(deps, slot);
    if (row.ts !== null && row.channel !== slot.channel && (await readBlock(deps, row.channel)) !== null) {
      return endOf(await moveCard(deps, row));
    }
    // What changes the state goes out at once; what changes the numbers waits for its picture.
    if (!isInState(row, view, before, deps.clock.now())) {
      const card = await showCard(deps, settings, slot, view, before);
      if (card.kind !== 'shown') return endOf(card);
    }
    const { ts } = await readPost(deps, slot);
    const isChartShown = !isCompact(view) || !(await readSettledKeys(view)).has(chartLineKey(view));
    const chart: ChartOutcome =
      ts === null || !isChartShown ? { kind: 'none' } : await refreshChart(deps, view, { channel: row.channel, ts });
    const shown = chart.kind === 'ready' && !isCompact(view) ? chart.chart : before;
    const card = await showCard(deps, settings, slot, view, shown);
    if (card.kind !== 'shown') return endOf(card);
    if (shown !== null) await forgetReplacedCharts(deps, view, shown.fileId);
    const turn = turnOf(settings, await readPost(deps, slot), view, null, deps.clock.now());
    const thread = await showThread(view, card, chart, turn);
    if (thread === 'gone') return endOf(await repost(deps, settings, await readPost(deps, slot), view));
    if (thread.kind !== 'shown') return thread;
    return chart.kind === 'not-ready' ? { kind: 'later', until: chart.until } : { kind: 'shown' };
  };

  const showThread = async (
    view: IncidentView,
    card: { readonly channel: string; readonly ts: string },
    chart: ChartOutcome,
    turn: Turn,
  ): Promise<BoardOutcome | 'gone'> => {
    const lines: readonly ThreadLine[] = [
      ...(isCompact(view) && chart.kind === 'ready'
        ? [{ key: chartLineKey(view), message: chartLine(view, chart.chart) }]
        : []),
      ...threadLines(view, deps.clock.now()),
    ];
    const settled = await readSettledKeys(view);
    for (const line of lines.filter(({ key }) => !settled.has(key))) {
      const outcome = await showLine(view, card, line, chart, turn);
      if (outcome === 'gone' || outcome.kind !== 'shown') return outcome;
    }
    return { kind: 'shown' };
  };

  /** Lines are posted once and never edited; one that Slack refuses does not hold back the others. */
  const showLine = async (
    view: IncidentView,
    card: { readonly channel: string; readonly ts: string },
    line: ThreadLine,
    chart: ChartOutcome,
    turn: Turn,
  ): Promise<BoardOutcome | 'gone'> => {
    const slot = { key: line.key, incidentId: view.id, channel: card.channel, threadTs: card.ts };
    const row = await readPost(deps, slot);
    const message = inDialect(line.message, settings.dialect, chart.kind === 'ready' ? chart.chart : null);
    const outcome = await showMessage(deps, row, message, plainHash(message), turn);
    if (outcome.kind === 'later' || outcome.kind === 'blocked') return outcome;
    if (outcome.kind === 'gone') return 'gone';
    if (outcome.kind === 'refused') {
      await recordPostTrouble(deps, row, 'refused', outcome.fault);
      deps.logger.error({ key: row.key, reason: outcome.fault.reason }, 'Slack refused a line of a thread');
    }
    return { kind: 'shown' };
  };

  const readSettledKeys = async (view: IncidentView): Promise<ReadonlySet<string>> => {
    const rows = await deps.db
      .selectFrom('slack_posts')
      .select('key')
      .where('incident_id', '=', view.id)
      .where((where) => where.or([where('ts', 'is not', null), where('trouble', 'like', 'refused%')]))
      .execute();
    return new Set(rows.map(({ key }) => key));
  };

  const postNotice = async (notice: Notice): Promise<void> => {
    const first = await writable.find();
    if (first === null) throw nowhereToWrite();
    try {
      await postIn(first.channel, notice);
    } catch (error) {
      const second = isLasting(error) ? await writable.find() : null;
      if (second === null || second.channel === first.channel) throw error;
      await postIn(second.channel, notice);
    }
  };

  /** Once for each trouble: readers of the fallback must know why, and how it ends. */
  const sayWhyHere = async (channel: string, blocked: BlockedChannel): Promise<void> => {
    const notice: Notice = {
      key: `board-trouble:${blocked.name}:${blocked.since.toISOString()}`,
      kind: 'board-trouble',
      headline: `Sentinel cannot write in ${blocked.name}`,
      detail: `${troubleInWords(blocked.trouble, blocked.name)} Until then incidents are shown here.`,
    };
    await postIn(channel, notice).catch((error: unknown) => {
      if (!isAppError(error)) throw error;
      deps.logger.warn({ channel, code: error.code, err: error }, 'A notice could not be posted; it is tried again');
    });
  };

  const postIn = async (channel: string, notice: Notice): Promise<void> => {
    const slot = { key: `notice:${notice.key}`, incidentId: null, channel, threadTs: null };
    const row = await readPost(deps, slot);
    if (row.ts !== null) return;
    await holdWrites(deps, channel, addMs(deps.clock.now(), settings.paceMs));
    const message = inDialect(noticeCard(notice), settings.dialect);
    try {
      const outcome = await postOnce(deps, row, message, plainHash(message));
      if (outcome.kind !== 'later') {
        if (await clearTrouble(deps, channel)) await deps.onHealed();
        return;
      }
      throw new AppError({
        code: 'unavailable',
        isRetryable: true,
        userMessage: 'Whether Slack took the notice is not known yet. Sentinel looks again.',
        retryAfterMs: Math.max(0, outcome.until.getTime() - deps.clock.now().getTime()),
      });
    } catch (error) {
      if (isLasting(error)) await recordTrouble(deps, channel, error);
      const until = isSlackFault(error) ? retryAt(error, deps.clock.now()) : null;
      if (until !== null) await holdWrites(deps, channel, until);
      throw error;
    }
  };

  const postUnrecorded = (notice: Notice): Promise<void> =>
    postAnywhere(deps.slack, given, inDialect(noticeCard(notice), settings.dialect));

  return {
    askTurn,
    showIncident,
    postNotice,
    postUnrecorded,
    readTroubles: () => readTroubles(deps.db, writable.known()),
  };
};

const keyOf = (view: IncidentView): string => `incident-card:${view.id}`;

const chartLineKey = (view: IncidentView): string => `incident-chart:${view.id}`;

const slotOf = (view: IncidentView, channel: string): PostSlot => ({
  key: keyOf(view),
  incidentId: view.id,
  channel,
  threadTs: null,
});

const endOf = (card: NotShown): BoardOutcome => (card.kind === 'abandoned' ? { kind: 'shown' } : card);

/** Without the state store nothing is known of the channels: the first that takes it. */
const postAnywhere = async (slack: SlackApi, settings: ChannelSettings, message: CardMessage): Promise<void> => {
  const post = async (channel: string): Promise<void> => {
    await slack.postMessage({ channel: await createChannelFinder(slack, channel).find(), threadTs: null }, message);
  };
  try {
    await post(settings.channel);
  } catch (error) {
    if (!isLasting(error) || settings.fallbackChannel === null) throw error;
    await post(settings.fallbackChannel);
  }
};
