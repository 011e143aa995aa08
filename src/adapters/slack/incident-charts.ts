import { createHash } from 'node:crypto';
import type { Row } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { incidentName } from '#kernel/incident-number.ts';
import type { ChartRenderer, SignalChart } from '#ports/chart-renderer.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { ChartImage } from './cards/blocks.ts';
import { chartAltText } from './cards/incident/chart-alt-text.ts';
import { chartPhaseOf } from './cards/incident/incident-state.ts';
import { holdWrites, readHold } from './channel-pace.ts';
import type { SlackApi } from './slack-api.ts';
import { isSlackFault, retryAt } from './slack-faults.ts';

export interface ChartDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly slack: Pick<SlackApi, 'startUpload' | 'sendBytes' | 'completeUpload' | 'readFile'>;
  readonly chartRenderer: ChartRenderer;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export type ChartOutcome =
  | { readonly kind: 'ready'; readonly chart: ChartImage }
  /** Slack has not processed it yet, or asks to wait. */
  | { readonly kind: 'not-ready'; readonly until: Date }
  | { readonly kind: 'none' };

type FileRow = Row<'slack_files'>;

// While only the numbers change: somewhat less than the minute between two edits of them, so that the picture
// keeps up while it is news, and rarely after that, because Slack keeps each file.
const UPLOAD_EVERY_MS = { whileNew: 45 * SECOND_MS, later: 10 * MINUTE_MS } as const;
const NEW_FOR_MS = 15 * MINUTE_MS;
// Slack refuses a file in a block for a second or so after the upload.
const PROCESSING_WAIT_MS = 2 * SECOND_MS;
const PROCESSING_TRIES = 3;
export const THREAD_COPY = ':in-thread';
/** Files are no channel's, and Slack's limits on them are for all together: they wait as one channel. */
export const UPLOADS = 'uploads';

/** The newest chart that fits the card as it is, if Slack can show it. */
export const readShownChart = async (deps: ChartDeps, view: IncidentView): Promise<ChartImage | null> => {
  const row = (await readFiles(deps, view)).find((file) => file.permalink !== null);
  return row === undefined ? null : imageOf(row, view);
};

/**
 * Brings the picture up to date: a new one when the incident's phase changes, and at most one a
 * minute while its numbers do. Never throws: a card goes without its chart.
 */
export const refreshChart = async (
  deps: ChartDeps,
  view: IncidentView,
  thread: { readonly channel: string; readonly ts: string },
): Promise<ChartOutcome> => {
  if (view.chart === null) return { kind: 'none' };
  try {
    const held = await readHold(deps, UPLOADS);
    if (held !== null) return await waitForSlack(deps, view, held);
    const key = keyOf(view, view.chart);
    const [newest] = await readFiles(deps, view);
    const file = isDue(newest, key, view.openedAt, deps.clock.now())
      ? await upload(deps, view, view.chart, key)
      : newest;
    return file === undefined ? { kind: 'none' } : await settle(deps, view, view.chart, file, thread);
  } catch (error) {
    const until = isSlackFault(error) ? retryAt(error, deps.clock.now()) : null;
    if (until !== null) {
      await holdWrites(deps, UPLOADS, until);
      deps.metrics.increment('sentinel_slack_retries_total', { reason: 'rate-limited' });
      return waitForSlack(deps, view, until);
    }
    deps.metrics.increment('sentinel_slack_retries_total', { reason: 'chart' });
    deps.logger.warn({ incident: view.number, err: error }, 'A card goes without its chart');
    return { kind: 'none' };
  }
};

/** The time until then is not Slack's to process a file in. */
const waitForSlack = async (deps: ChartDeps, view: IncidentView, until: Date): Promise<ChartOutcome> => {
  const [newest] = await readFiles(deps, view);
  if (newest?.permalink === null) {
    await deps.db.updateTable('slack_files').set({ uploaded_at: until }).where('key', '=', newest.key).execute();
  }
  return { kind: 'not-ready', until };
};

/** Slack refused the card because of its picture: it counts as not processed. */
export const distrustChart = async (deps: Pick<ChartDeps, 'db'>, fileId: string): Promise<void> => {
  await deps.db.updateTable('slack_files').set({ permalink: null }).where('file_id', '=', fileId).execute();
};

const prefixOf = (view: IncidentView): string => `${view.id}:${chartPhaseOf(view)}:`;

// A picture is known by the incident, its phase and what is drawn, so that no edit shows a stale one.
const keyOf = (view: IncidentView, chart: SignalChart): string =>
  `${prefixOf(view)}${createHash('sha256').update(JSON.stringify(chart)).digest('base64url').slice(0, 16)}`;

const isDue = (newest: FileRow | undefined, key: string, openedAt: Date, now: Date): boolean => {
  if (newest === undefined) return true;
  const isNew = now.getTime() - openedAt.getTime() < NEW_FOR_MS;
  const everyMs = isNew ? UPLOAD_EVERY_MS.whileNew : UPLOAD_EVERY_MS.later;
  return newest.key !== key && now.getTime() - newest.uploaded_at.getTime() >= everyMs;
};

/** Of the card's phase, newest first, without the copies in the thread. */
const readFiles = async (deps: ChartDeps, view: IncidentView): Promise<readonly FileRow[]> =>
  deps.db
    .selectFrom('slack_files')
    .selectAll()
    .where('incident_id', '=', view.id)
    .where('key', 'like', `${prefixOf(view)}%`)
    .where('key', 'not like', `%${THREAD_COPY}`)
    .orderBy('uploaded_at', 'desc')
    .limit(2)
    .execute();

const imageOf = (row: FileRow, view: IncidentView): ChartImage => ({
  fileId: row.file_id,
  permalink: row.permalink ?? '',
  altText: view.chart === null ? `Chart of ${incidentName(view.number)}.` : chartAltText(view.chart),
});

const send = async (
  deps: ChartDeps,
  view: IncidentView,
  chart: SignalChart,
  record: (fileId: string) => Promise<FileRow | undefined>,
  share: { readonly channel: string; readonly threadTs: string } | null,
): Promise<FileRow | undefined> => {
  const png = await deps.chartRenderer.renderSignal(chart);
  const name = `${incidentName(view.number).toLowerCase()}-${chart.signal.replace('_', '-')}.png`;
  const { fileId, url } = await deps.slack.startUpload({ name, bytes: png.byteLength, altText: chartAltText(chart) });
  await deps.slack.sendBytes(url, png);
  // Shared files appear at once: whoever has recorded first may share.
  const row = share === null ? undefined : await record(fileId);
  if (share !== null && row === undefined) return undefined;
  await deps.slack.completeUpload({ fileId, title: name }, share);
  return row ?? (await record(fileId));
};

const upload = (deps: ChartDeps, view: IncidentView, chart: SignalChart, key: string): Promise<FileRow | undefined> =>
  send(deps, view, chart, (fileId) => recordFile(deps, view, key, fileId), null);

const recordFile = (deps: ChartDeps, view: IncidentView, key: string, fileId: string): Promise<FileRow | undefined> =>
  deps.db
    .insertInto('slack_files')
    .values({ key, incident_id: view.id, file_id: fileId, permalink: null, uploaded_at: deps.clock.now() })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returningAll()
    .executeTakeFirst();

/** Waits until Slack has processed the file; given up, a copy goes to the thread, once. */
const settle = async (
  deps: ChartDeps,
  view: IncidentView,
  chart: SignalChart,
  file: FileRow,
  thread: { readonly channel: string; readonly ts: string },
): Promise<ChartOutcome> => {
  if (file.permalink !== null) return { kind: 'ready', chart: imageOf(file, view) };
  const givenUpAt = addMs(file.uploaded_at, PROCESSING_TRIES * PROCESSING_WAIT_MS);
  const now = deps.clock.now();
  if (now.getTime() <= givenUpAt.getTime()) {
    const { permalink } = await deps.slack.readFile(file.file_id);
    if (permalink === null) return { kind: 'not-ready', until: addMs(now, PROCESSING_WAIT_MS) };
    await deps.db.updateTable('slack_files').set({ permalink }).where('key', '=', file.key).execute();
    return { kind: 'ready', chart: imageOf({ ...file, permalink }, view) };
  }
  // One of each phase: the thread is read by people.
  const copyKey = `${prefixOf(view)}${THREAD_COPY}`;
  const copied = await deps.db.selectFrom('slack_files').select('key').where('key', '=', copyKey).executeTakeFirst();
  if (copied === undefined) {
    deps.logger.warn({ incident: view.number }, 'Slack does not show an uploaded chart; it goes into the thread');
    await send(deps, view, chart, (fileId) => recordFile(deps, view, copyKey, fileId), {
      channel: thread.channel,
      threadTs: thread.ts,
    });
  }
  return { kind: 'none' };
};
