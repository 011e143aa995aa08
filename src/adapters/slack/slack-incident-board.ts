import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { ChartRenderer } from '#ports/chart-renderer.ts';
import type { BoardOutcome, IncidentBoard, IncidentView, Notice } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { isCompact } from './cards/incident-state.ts';
import { noticeCard } from './cards/notice-card.ts';
import { chartLine, type ThreadLine, threadLines } from './cards/thread-lines.ts';
import { holdWrites } from './channel-pace.ts';
import { plainHash } from './content-hash.ts';
import { type Dialect, inDialect } from './dialect.ts';
import { createChannelFinder } from './find-channel.ts';
import { type ChartOutcome, readShownChart, refreshChart } from './incident-charts.ts';
import { type PostSlot, postOnce, readPost } from './post-once.ts';
import { isInState, showCard } from './show-card.ts';
import { recordTrouble, showMessage } from './show-message.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault } from './slack-faults.ts';

export interface BoardDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly slack: SlackApi;
  readonly chartRenderer: ChartRenderer;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface BoardSettings {
  /** An id, or "#name". */
  readonly channel: string;
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
  const findChannel = createChannelFinder(deps.slack, given.channel);

  const showIncident = async (view: IncidentView): Promise<BoardOutcome> => {
    const slot: PostSlot = {
      key: `incident-card:${view.id}`,
      incidentId: view.id,
      channel: await findChannel(),
      threadTs: null,
    };
    // A compact card has no room for a picture; its thread has.
    const before = isCompact(view) ? null : await readShownChart(deps, view);
    const row = await readPost(deps, slot);
    // What changes the state goes out at once; what changes the numbers waits for its picture.
    if (!isInState(row, view, before, deps.clock.now())) {
      const card = await showCard(deps, settings, slot, view, before);
      if (card.kind === 'later') return card;
      if (card.kind === 'abandoned') return { kind: 'shown' };
    }
    const { ts } = await readPost(deps, slot);
    const chart: ChartOutcome =
      ts === null ? { kind: 'none' } : await refreshChart(deps, view, { channel: row.channel, ts });
    const shown = chart.kind === 'ready' && !isCompact(view) ? chart.chart : before;
    const card = await showCard(deps, settings, slot, view, shown);
    if (card.kind === 'later') return card;
    if (card.kind === 'abandoned') return { kind: 'shown' };
    const thread = await showThread(view, card, chart);
    if (thread.kind === 'later') return thread;
    return chart.kind === 'not-ready' ? { kind: 'later', until: chart.until } : { kind: 'shown' };
  };

  const showThread = async (
    view: IncidentView,
    card: { readonly channel: string; readonly ts: string },
    chart: ChartOutcome,
  ): Promise<BoardOutcome> => {
    const lines: readonly ThreadLine[] = [
      ...(isCompact(view) && chart.kind === 'ready'
        ? [{ key: `incident-chart:${view.id}`, message: chartLine(view, chart.chart) }]
        : []),
      ...threadLines(view, deps.clock.now()),
    ];
    const settled = await readSettledKeys(view);
    for (const line of lines.filter(({ key }) => !settled.has(key))) {
      const outcome = await showLine(view, card, line, chart);
      if (outcome.kind === 'later') return outcome;
    }
    return { kind: 'shown' };
  };

  /** Lines are posted once and never edited; one that Slack refuses does not hold back the others. */
  const showLine = async (
    view: IncidentView,
    card: { readonly channel: string; readonly ts: string },
    line: ThreadLine,
    chart: ChartOutcome,
  ): Promise<BoardOutcome> => {
    const slot = { key: line.key, incidentId: view.id, channel: card.channel, threadTs: card.ts };
    const row = await readPost(deps, slot);
    const message = inDialect(line.message, settings.dialect, chart.kind === 'ready' ? chart.chart : null);
    const outcome = await showMessage(deps, row, message, plainHash(message), settings.paceMs);
    if (outcome.kind === 'later') return outcome;
    if (outcome.kind === 'refused') {
      await recordTrouble(deps, row, 'refused', outcome.fault);
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
    const channel = await findChannel();
    const slot = { key: `notice:${notice.key}`, incidentId: null, channel, threadTs: null };
    const row = await readPost(deps, slot);
    if (row.ts !== null) return;
    await holdWrites(deps, channel, addMs(deps.clock.now(), settings.paceMs));
    const message = inDialect(noticeCard(notice), settings.dialect);
    try {
      const outcome = await postOnce(deps, row, message, plainHash(message));
      if (outcome.kind !== 'later') return;
      throw new AppError({
        code: 'unavailable',
        isRetryable: true,
        userMessage: 'Whether Slack took the notice is not known yet. Sentinel looks again.',
        retryAfterMs: Math.max(0, outcome.until.getTime() - deps.clock.now().getTime()),
      });
    } catch (error) {
      if (isSlackFault(error) && error.retryAfterMs !== undefined) {
        await holdWrites(deps, channel, addMs(deps.clock.now(), error.retryAfterMs));
      }
      throw error;
    }
  };

  const postUnrecorded = async (notice: Notice): Promise<void> => {
    const to = { channel: await findChannel(), threadTs: null };
    await deps.slack.postMessage(to, inDialect(noticeCard(notice), settings.dialect));
  };

  return { showIncident, postNotice, postUnrecorded };
};
