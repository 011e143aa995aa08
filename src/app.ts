import { join } from 'node:path';
import { pino } from 'pino';
import { type BullmqJobQueue, createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import type { QueueConnection } from '#adapters/bullmq/queue-backend.ts';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import type { ReadinessCheck } from '#adapters/http/readiness.ts';
import { startHttpServer } from '#adapters/http/start-http-server.ts';
import { startWatchdog } from '#adapters/node-cron/start-watchdog.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { claimDatabase } from '#adapters/postgres/claim-database.ts';
import { openPostgres } from '#adapters/postgres/open-postgres.ts';
import { createSlackApp, type SlackApp } from '#adapters/slack/create-slack-app.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { forgetDeliveries } from '#adapters/slack/listeners/first-delivery.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { StatusView } from '#adapters/slack/cards/status-card.ts';
import { createSlackIncidentBoard } from '#adapters/slack/slack-incident-board.ts';
import {
  acceptNewNormal,
  DETECTION_TICK_JOB,
  detectionTickJob,
  forgetOldTicks,
  latencyOf,
  readDetectionStatus,
  readLatencyP99,
  readSignalChart,
} from '#capabilities/detection/index.ts';
import {
  acknowledgeIncident,
  forgetAnomalies,
  incidentCardSyncJob,
  listAnomalies,
  listIncidents,
  readShownIncident,
  reopenIncident,
  resolveIncident,
  resyncCards,
} from '#capabilities/incidents/index.ts';
import { ANSWERS_KEPT_MS, forgetAnswers } from '#adapters/slack/listeners/kept-answers.ts';
import {
  CALL_GRAPH_REFRESH_EVERY_MS,
  CALL_GRAPH_REFRESH_JOB,
  callGraphRefreshJob,
  refreshCallGraph,
} from '#capabilities/topology/index.ts';
import { readServiceCalls, readSlowSpans, readTrace } from '#capabilities/traces/index.ts';
import {
  createStateStoreWatch,
  forgetNotices,
  HOUSEKEEPING_EVERY_MS,
  HOUSEKEEPING_JOB,
  housekeepingJob,
  watchDetection,
} from '#capabilities/watchdog/index.ts';
import { forgetOutbox } from '#database/forget-outbox.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { Database, StateStore } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS, HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';
import type { IncidentBoard } from '#ports/incident-board.ts';
import type { JobQueue } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { callGraphDeps, detectionDeps } from './app/bind-detection.ts';
import { logQueryCommands } from './app/bind-log-query.ts';
import { keptMs } from './app/kept-ms.ts';
import { openTelemetry, type OpenTelemetry } from './app/open-telemetry.ts';
import { FILE_SETTING_NAMES, type SettingNames } from './app/setting-names.ts';
import type { Config } from './config.ts';

export interface SentinelDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** By default the keys of sentinel.yaml. */
  readonly settingNames?: SettingNames;
}

export interface Sentinel {
  /** Open from the beginning, so that history can be there before the first check. */
  readonly telemetryStore: TelemetryStore;
  /** Begins to watch, to take jobs and to answer. */
  start(): Promise<void>;
  /** Resolves if this process must end, because another one took its place. */
  readonly ousted: Promise<AppError>;
  /** Ends what is under way within the drain limit and closes the stores. Safe at any time, and twice. */
  stop(): Promise<void>;
}

// A check older than three intervals is no longer news: the watchdog's line.
const LATE_INTERVALS = 3;
const PING_LIMIT_MS = 2 * SECOND_MS;
const FORGET_ANOMALIES_AFTER_MS = 30 * DAY_MS;
const FORGET_NOTICES_AFTER_MS = 30 * DAY_MS;

/** What the parts are made from. */
interface Ground extends SentinelDeps {
  readonly config: Config;
  readonly settingNames: SettingNames;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly telemetryStore: TelemetryStore;
  readonly fieldGaps: OpenTelemetry['fieldGaps'];
  readonly stateStore: StateStore;
  readonly db: Database;
  readonly board: IncidentBoard;
}

/** What was opened or started, to be ended in the opposite order. */
type Endings = (() => Promise<void>)[];

/** Opens the stores and wires everything. Throws AppError if a store cannot be opened; then nothing stays open. */
export const createSentinel = async (config: Config, deps: SentinelDeps): Promise<Sentinel> => {
  const logger = createLogger(config);
  const endings: Endings = [];
  const ousted = Promise.withResolvers<AppError>();
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= endAll(endings, logger));
  try {
    const metrics = createPrometheusMetrics();
    const observed = { settingNames: FILE_SETTING_NAMES, ...deps, logger, metrics };
    const { telemetryStore, fieldGaps } = await openTelemetry(observed, config, (end) => endings.push(end));
    const { stateStore, queueConnection } = await openState(config, logger, endings, ousted.resolve);
    const { db } = stateStore;
    await migrateToLatest(db);

    const slack = createSlackApi(observed, {
      botToken: config.slack.botToken,
      apiUrl: config.slack.apiUrl ?? undefined,
    });
    const chartRenderer = createVegaChartRenderer();
    const board = createSlackIncidentBoard(
      {
        ...observed,
        db,
        slack,
        chartRenderer,
        onHealed: () => resyncCards(db, deps.clock.now()),
      },
      config.slack,
    );
    const ground: Ground = { ...observed, config, telemetryStore, fieldGaps, stateStore, db, board };

    const jobQueue = await createBullmqJobQueue(observed, {
      connection: queueConnection,
      definitions: jobDefinitions(ground),
    });
    endings.push(() => jobQueue.drain(config.shutdown.drainMs));
    const slackApp = createSlackApp(
      { ...observed, db, slack, chartRenderer, commands: slackCommands(ground, jobQueue, () => slackApp) },
      { ...config.slack, apiUrl: config.slack.apiUrl ?? undefined },
    );
    const start = (): Promise<void> => startParts(ground, jobQueue, slackApp, endings);
    return { telemetryStore, start, ousted: ousted.promise, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const createLogger = (config: Config): Logger =>
  pino({
    level: config.logLevel,
    redact: {
      paths: ['*.token', '*.botToken', '*.appToken', '*.signingSecret', '*.url', '*.authorization'],
      censor: '…',
    },
  });

const openState = async (
  config: Config,
  logger: Logger,
  endings: Endings,
  onTaken: (fault: AppError) => void,
): Promise<{ readonly stateStore: StateStore; readonly queueConnection: QueueConnection }> => {
  if (config.state.kind === 'postgres') {
    const stateStore = await openPostgres({ logger }, { url: config.state.url });
    endings.push(() => stateStore.close());
    if (config.telemetry.kind === 'embedded') {
      // Two processes that each have telemetry of their own would overrule each other.
      const claim = await claimDatabase({ logger }, { url: config.state.url, onTaken });
      endings.push(() => claim.release());
    }
    invariant(config.jobs.kind !== 'embedded', 'jobs are embedded only where the state is');
    return { stateStore, queueConnection: config.jobs };
  }
  const { stateStore, queuePool } = await openPglite({ dataDirectory: join(config.dataDirectory, 'state') });
  endings.push(() => stateStore.close());
  const queueConnection: QueueConnection =
    config.jobs.kind === 'embedded' ? { kind: 'pglite', pool: queuePool } : config.jobs;
  return { stateStore, queueConnection };
};

const jobDefinitions = (ground: Ground) => {
  const { db, clock, telemetryStore, config } = ground;
  return [
    detectionTickJob(detectionDeps(ground)),
    callGraphRefreshJob(callGraphDeps(ground)),
    incidentCardSyncJob({
      ...ground,
      readSignalChart: (request) => readSignalChart({ clock, telemetryStore, settings: config.detection }, request),
      readLatencyP99: (request) => readLatencyP99({ telemetryStore }, request),
    }),
    housekeepingJob({
      ...ground,
      settings: { retention: config.retention },
      chores: [
        { what: 'cards', run: (now) => resyncCards(db, now) },
        { what: 'detection ticks', run: () => forgetOldTicks({ clock, db }) },
        { what: 'requests of Slack', run: (now) => forgetDeliveries(db, addMs(now, -2 * DAY_MS)) },
        { what: 'answers', run: (now) => forgetAnswers(db, addMs(now, -ANSWERS_KEPT_MS)) },
        { what: 'outbox rows', run: (now) => forgetOutbox(db, addMs(now, -DAY_MS)) },
        { what: 'anomalies', run: (now) => forgetAnomalies(db, addMs(now, -FORGET_ANOMALIES_AFTER_MS)) },
        { what: 'notices', run: (now) => forgetNotices(db, addMs(now, -FORGET_NOTICES_AFTER_MS)) },
      ],
    }),
  ];
};

type SlackConnection = Pick<SlackApp, 'isConnected' | 'refusal'>;

const readSlackTroubles = async (
  slackApp: SlackConnection,
  board: Pick<IncidentBoard, 'readTroubles'>,
): Promise<readonly string[]> => {
  const refusal = slackApp.refusal();
  const troubles = await board.readTroubles();
  return refusal === null ? troubles : [refusal, ...troubles];
};

const slackCommands = (
  ground: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: () => SlackConnection,
): SlackCommands => {
  const { db, config } = ground;
  return {
    acknowledge: (number, actor) => acknowledgeIncident(ground, { number }, actor),
    resolve: (number, resolution, actor) => resolveIncident(ground, { number, resolution }, actor),
    reopen: (number, actor) => reopenIncident(ground, { number }, actor),
    accept: (service, actor) => acceptNewNormal(detectionDeps(ground), { service }, actor),
    listOpenIncidents: () => listIncidents({ db }, { state: 'unresolved' }),
    findIncidentView: (number) => readShownIncident({ db, latencyOf }, number),
    readTrace: (traceId) => readTrace({ ...ground, settings: { keptMs: keptMs(config) } }, traceId),
    readServiceCalls: (question) => readServiceCalls(ground, question),
    readSlowSpans: (question) => readSlowSpans(ground, question),
    ...logQueryCommands(ground),
    readStatus: () => readStatus(ground, jobQueue, slackApp()),
  };
};

/** What `/sentinel status` says. */
const readStatus = async (
  { db, clock, config, telemetryStore, fieldGaps, board }: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: SlackConnection,
): Promise<StatusView> => {
  const { intervalMs } = config.detection;
  const askedAt = performance.now();
  const [open, status, untracked, depths, troubles, telemetryMs] = await Promise.all([
    listIncidents({ db }, { state: 'unresolved' }),
    readDetectionStatus({ clock, db, settings: config.detection }),
    listAnomalies({ db }),
    jobQueue.depths(),
    readSlackTroubles(slackApp, board),
    telemetryStore.ping(PING_LIMIT_MS).then(
      () => performance.now() - askedAt,
      () => null,
    ),
  ]);
  const total = (of: 'waiting' | 'failed'): number => depths.reduce((sum, depth) => sum + depth[of], 0);
  const { lastTickAt, ticksLastHour, ticksExpected, sight } = status;
  const isLate = lastTickAt !== null && clock.now().getTime() - lastTickAt.getTime() > LATE_INTERVALS * intervalMs;
  return {
    open,
    servicesWatched: status.servicesWatched,
    lastCheckAt: lastTickAt,
    sight: isLate || sight === 'unreachable' || sight === 'unreadable' ? 'blind' : (sight ?? 'seeing'),
    checks: { done: ticksLastHour, expected: ticksExpected, spanMs: Math.min(HOUR_MS, ticksExpected * intervalMs) },
    telemetry: { kind: config.telemetry.kind, answerMs: telemetryMs },
    jobs: { waiting: total('waiting'), failed: total('failed') },
    slack: { isConnected: slackApp.isConnected(), troubles },
    faintest: status.smallestVisible,
    untracked,
    gaps: [...fieldGaps(), ...status.gaps.map((gap) => gap.message)],
    note: config.slack.dialect === 'local' ? 'Demo: nothing leaves this machine' : null,
  };
};

const startParts = async (
  ground: Ground,
  jobQueue: BullmqJobQueue,
  slackApp: SlackApp,
  endings: Endings,
): Promise<void> => {
  const { clock, logger, config } = ground;
  const startedAt = clock.now();
  const server = await startHttpServer(
    { ...ground, checks: readinessChecks(ground, jobQueue, slackApp, startedAt) },
    {
      ...config.http,
      portSetting: ground.settingNames.httpPort,
      drainMs: config.shutdown.drainMs,
      ingest: {
        sources: config.ingestTokens,
        tokenSetting: 'SENTINEL_INGEST_TOKENS',
        maxBodyBytes: config.http.ingestBodyLimitBytes,
        keptMs: keptMs(config),
        cloudwatchFilter: config.ingest.cloudwatch.filter,
      },
      endpoints: slackApp.endpoint === null ? [] : [slackApp.endpoint],
    },
  );
  logger.info({ address: server.address }, 'Sentinel listens');
  endings.push(() => server.close());
  // Registered before Slack may say no, so that a half-made connection is closed too.
  endings.push(() => slackApp.stop());
  // Watching does not wait for Slack: what is found meanwhile is shown once it is there.
  await Promise.all([slackApp.start(), watch(ground, jobQueue, startedAt, endings)]);
};

const watch = async (ground: Ground, jobQueue: BullmqJobQueue, startedAt: Date, endings: Endings): Promise<void> => {
  const { logger, config } = ground;
  // The first check folds along the call graph, so it is read before.
  await refreshCallGraph(callGraphDeps(ground)).catch((error: unknown) => {
    logger.warn({ err: error }, 'The call graph could not be read at the start; it is tried again');
  });
  await jobQueue.schedule(DETECTION_TICK_JOB, config.detection.intervalMs, null);
  await jobQueue.schedule(CALL_GRAPH_REFRESH_JOB, CALL_GRAPH_REFRESH_EVERY_MS, null);
  await jobQueue.schedule(HOUSEKEEPING_JOB, HOUSEKEEPING_EVERY_MS, null);
  const relay = await startOutboxRelay({ ...ground, jobQueue });
  endings.push(() => relay.stop());
  await jobQueue.start();

  const settings = { intervalMs: config.detection.intervalMs, processStartedAt: startedAt };
  const pingState = () => ground.stateStore.ping(PING_LIMIT_MS);
  const isStateThere = createStateStoreWatch({ ...ground, pingState, settings });
  const watchdog = startWatchdog({
    clock: ground.clock,
    logger,
    check: async () => {
      if (await isStateThere()) await watchDetection({ ...ground, settings });
    },
  });
  endings.push(() => watchdog.stop());
  logger.info({ intervalMs: config.detection.intervalMs }, 'Sentinel watches');
};

const readinessChecks = (
  { clock, db, stateStore, telemetryStore, config, board }: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: SlackApp,
  startedAt: Date,
): readonly ReadinessCheck[] => [
  { name: 'state', check: () => stateStore.ping(PING_LIMIT_MS) },
  { name: 'telemetry', check: () => telemetryStore.ping(PING_LIMIT_MS) },
  {
    name: 'jobs',
    check: async () => {
      await jobQueue.depths();
    },
  },
  {
    name: 'slack',
    check: async () => {
      if (!slackApp.isConnected()) throw notReady(slackApp.refusal() ?? 'Slack is not connected.');
      // Said and no more: another instance would write to the same channel with the same token.
      const troubles = await readSlackTroubles(slackApp, board);
      return troubles.length === 0 ? undefined : troubles.join(' ');
    },
  },
  {
    name: 'detection',
    check: async () => {
      const { lastTickAt } = await readDetectionStatus({ clock, db, settings: config.detection });
      const ageMs = clock.now().getTime() - (lastTickAt ?? startedAt).getTime();
      const seconds = Math.round(ageMs / SECOND_MS);
      if (ageMs > LATE_INTERVALS * config.detection.intervalMs) throw notReady(`No check for ${seconds} s.`);
      return lastTickAt === null ? 'The first check is still to come.' : `The last check was ${seconds} s ago.`;
    },
  },
];

const notReady = (userMessage: string): AppError =>
  new AppError({ code: 'unavailable', isRetryable: true, userMessage });

/** Each gets its chance, whatever the others do. */
const endAll = async (endings: Endings, logger: Logger): Promise<void> => {
  for (let end = endings.pop(); end; end = endings.pop()) {
    try {
      await end();
    } catch (error) {
      logger.error({ err: error }, 'A part could not be stopped cleanly');
    }
  }
};
