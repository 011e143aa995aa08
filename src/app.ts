import { pino } from 'pino';
import { type BullmqJobQueue, createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { startHttpServer } from '#adapters/http/start-http-server.ts';
import { startWatchdog } from '#adapters/node-cron/start-watchdog.ts';
import { createSlackApp, type SlackApp } from '#adapters/slack/create-slack-app.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { createSlackIncidentBoard } from '#adapters/slack/slack-incident-board.ts';
import { DETECTION_TICK_JOB } from '#capabilities/detection/index.ts';
import { resyncCards } from '#capabilities/incidents/index.ts';
import { keepMatches, LOG_MATCH_EVERY_MS, LOG_MATCH_JOB } from '#capabilities/log-matches/index.ts';
import { CALL_GRAPH_REFRESH_EVERY_MS, CALL_GRAPH_REFRESH_JOB, refreshCallGraph } from '#capabilities/topology/index.ts';
import {
  createStateStoreWatch,
  HOUSEKEEPING_EVERY_MS,
  HOUSEKEEPING_JOB,
  watchDetection,
} from '#capabilities/watchdog/index.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { callGraphDeps } from './app/bind-detection.ts';
import { keptMs } from './app/kept-ms.ts';
import { openTelemetry } from './app/open-telemetry.ts';
import { FILE_SETTING_NAMES } from './app/setting-names.ts';
import type { Config } from './config.ts';
import { slackCommands } from './app/bind-slack.ts';
import type { Endings, Ground, SentinelDeps } from './app/ground.ts';
import { jobDefinitions } from './app/job-definitions.ts';
import { PING_LIMIT_MS } from './app/limits.ts';
import { openState } from './app/open-state.ts';
import { readinessChecks } from './app/readiness-checks.ts';

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

const startParts = async (
  ground: Ground,
  jobQueue: BullmqJobQueue,
  slackApp: SlackApp,
  endings: Endings,
): Promise<void> => {
  const { clock, logger, config } = ground;
  const startedAt = clock.now();
  const server = await startHttpServer(
    {
      ...ground,
      keepMatches: config.ingest.cloudwatch.opensIncident ? (deliveries) => keepMatches(ground, deliveries) : null,
      checks: readinessChecks(ground, jobQueue, slackApp, startedAt),
    },
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
  await jobQueue.schedule(LOG_MATCH_JOB, LOG_MATCH_EVERY_MS, null);
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
