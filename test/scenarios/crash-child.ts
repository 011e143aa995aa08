import { setTimeout as wait } from 'node:timers/promises';
import { createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { createSlackApi } from '#adapters/slack/slack-api.ts';
import { createSlackIncidentBoard } from '#adapters/slack/slack-incident-board.ts';
import { DEFAULT_INCIDENT_SETTINGS, incidentCardSyncJob, recordDetection } from '#capabilities/incidents/index.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import type { Logger } from '#ports/logger.ts';
import { observe } from '../capabilities/incidents/support.ts';

/**
 * A process on a data directory. `open` commits one incident and says so without relaying anything;
 * `show` relays and shows what is there, says so when nothing is left to do, and stays until it is killed.
 */
const [directory = '', apiUrl = '', botToken = '', mode = ''] = process.argv.slice(2);

const say = (fields: unknown, message: string): void => console.error(message, fields);
const logger: Logger = { debug: () => undefined, info: () => undefined, warn: say, error: say };
const metrics = createPrometheusMetrics();
const deps = { clock: systemClock, random: seededRandom(1), logger, metrics };

const { stateStore, queuePool } = await openPglite({ dataDirectory: directory });
const { db } = stateStore;

if (mode === 'open') {
  const at = systemClock.now();
  await db.transaction().execute((trx) =>
    recordDetection({ metrics, settings: DEFAULT_INCIDENT_SETTINGS }, trx, {
      at,
      observations: [observe('payment-service', at, { seenAt: at })],
      closings: [],
    }),
  );
  console.log('committed');
  // Keeps the process there, to be killed.
  setInterval(() => undefined, 60_000);
} else {
  const board = createSlackIncidentBoard(
    {
      ...deps,
      db,
      slack: createSlackApi(deps, { botToken, apiUrl }),
      chartRenderer: createVegaChartRenderer(),
      onHealed: () => Promise.resolve(),
    },
    { channel: 'C01INCIDENTS', fallbackChannel: null, dialect: 'slack', paceMs: 50 },
  );
  const jobQueue = await createBullmqJobQueue(deps, {
    connection: { kind: 'pglite', pool: queuePool },
    definitions: [
      incidentCardSyncJob({
        ...deps,
        db,
        board,
        readSignalChart: () => Promise.resolve(null),
        readLatencyP99: () =>
          Promise.resolve({
            p99Ms: 4900,
            usualP99Ms: 210,
            n: 2310,
            evidence: {
              query: 'FROM logs',
              parameters: {},
              window: { from: systemClock.now(), to: systemClock.now() },
              columns: [],
              rows: [],
            },
          }),
      }),
    ],
  });
  await startOutboxRelay({ ...deps, stateStore, jobQueue });
  await jobQueue.start();
  const isIdle = async (): Promise<boolean> => {
    const pending = await db.selectFrom('outbox').select('id').where('enqueued_at', 'is', null).execute();
    const queues = await jobQueue.depths();
    return pending.length === 0 && queues.every((queue) => queue.waiting + queue.active + queue.delayed === 0);
  };
  while (!(await isIdle())) await wait(20);
  console.log('idle');
}
