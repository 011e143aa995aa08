import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import {
  type ConfiguredCalls,
  callGraphRefreshJob,
  readCallGraph,
  refreshOldCallGraph,
} from '#capabilities/topology/index.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError } from '#kernel/errors.ts';
import { addMs, DAY_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { JobContext } from '#ports/job-queue.ts';
import type { LogRecord, QueryRequest, SpanRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../support/state.ts';

const NOW = new Date('2026-11-21T02:30:00.000Z');
const nothing = () => undefined;
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const metrics = { increment: nothing, observe: nothing, set: nothing };
const context: JobContext = { id: '1', attempt: 1, isLastAttempt: false, signal: new AbortController().signal };

let now = NOW;
const clock = { now: () => now };
let state: StateStore;
let telemetryStore: TelemetryStore;

beforeEach(async () => {
  now = NOW;
  state = await openTestState();
  telemetryStore = await openDuckdbTelemetryStore(
    { clock, logger, metrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory' },
  );
});
afterEach(async () => {
  await telemetryStore.close();
  await state.close();
});

const span = (traceId: string, spanId: string, parentId: string | null, service: string, at = NOW): SpanRecord => ({
  timestampMs: at.getTime() - MINUTE_MS,
  traceId,
  spanId,
  parentId,
  service,
  name: 'GET /',
  kind: 'server',
  peerService: null,
  durationMs: 5,
  status: 'ok',
});

const log = (service: string, traceId: string | null): LogRecord => ({
  timestampMs: NOW.getTime() - MINUTE_MS,
  service,
  level: 'info',
  message: 'done',
  durationMs: 5,
  traceId,
  spanId: null,
  statusCode: 200,
  host: null,
});

const refresh = async (
  calls: ConfiguredCalls = {},
  store: Pick<TelemetryStore, 'schema' | 'query'> = telemetryStore,
) => {
  const job = callGraphRefreshJob({ db: state.db, clock, logger, telemetryStore: store, settings: { calls } });
  expect(await job.run(job.parse(null), context)).toEqual({ kind: 'done' });
};

const edges = async () =>
  (await readCallGraph(state.db)).edges.map(
    ({ caller, callee, calls, isDirected }) => `${caller}${isDirected ? '>' : '-'}${callee} ${calls}`,
  );

const chain = (traceId: string, at = NOW): readonly SpanRecord[] => [
  span(traceId, 'a', null, 'gateway', at),
  span(traceId, 'b', 'a', 'order', at),
  span(traceId, 'c', 'b', 'payment', at),
];

describe('refreshing the call graph', () => {
  it('is empty before anything was seen', async () => {
    await refresh();
    expect(await edges()).toEqual([]);
  });

  it('stores who calls whom with counts, and is the same when run twice', async () => {
    await telemetryStore.append({ spans: [...chain('4bf92f35'), ...chain('a3ce929d')] });
    await refresh();
    await refresh();
    expect(await edges()).toEqual(['gateway>order 2', 'order>payment 2']);
    expect([...(await readCallGraph(state.db)).services].toSorted()).toEqual(['gateway', 'order', 'payment']);
  });

  it('connects services that only log by the traces that they share', async () => {
    await telemetryStore.append({
      spans: chain('4bf92f35'),
      logs: [log('auth', 't9'), log('order', 't9'), log('payment', 't9'), log('cron', null)],
    });
    await refresh();
    expect(await edges()).toEqual(['auth-order 1', 'auth-payment 1', 'gateway>order 1', 'order>payment 1']);
    expect((await readCallGraph(state.db)).services.has('cron')).toBe(true);
  });

  it('samples whole traces of a large volume by the beginning of their id', async () => {
    const traces = Array.from({ length: 6_000 }, (_, at) => ((at * 2_654_435_761) >>> 0).toString(16).padStart(8, '0'));
    await telemetryStore.append({ spans: traces.flatMap((traceId) => chain(traceId)) });
    const rows: number[] = [];
    await refresh(
      {},
      {
        schema: () => telemetryStore.schema(),
        query: async (request: QueryRequest) => {
          const answer = await telemetryStore.query(request);
          rows.push(answer.rows.length);
          return answer;
        },
      },
    );
    const largest = Math.max(...rows);
    expect(largest).toBeGreaterThan(500);
    expect(largest).toBeLessThan(3_000);
    // Whole traces: as many calls of the one kind as of the other, a third of the rows each.
    expect(await edges()).toEqual([`gateway>order ${largest / 3}`, `order>payment ${largest / 3}`]);
  });

  it('still finds calls where all trace ids begin alike', async () => {
    const traces = Array.from({ length: 4_000 }, (_, at) => `trace-${String(at).padStart(6, '0')}`);
    await telemetryStore.append({ spans: traces.flatMap((traceId) => chain(traceId)) });
    await refresh();
    expect((await edges()).map((edge) => edge.split(' ')[0])).toEqual(['gateway>order', 'order>payment']);
  });

  it('forgets a call that was not seen for two days', async () => {
    await telemetryStore.append({ spans: chain('4bf92f35') });
    await refresh();
    now = addMs(NOW, 2 * DAY_MS - SECOND_MS);
    await refresh();
    expect(await edges()).toHaveLength(2);
    now = addMs(NOW, 2 * DAY_MS + SECOND_MS);
    await refresh();
    expect(await edges()).toEqual([]);
  });

  it('keeps what is configured even while telemetry cannot be read', async () => {
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'x' });
    const broken = { schema: () => telemetryStore.schema(), query: () => Promise.reject(fault) };
    await expect(refresh({ payment: ['bank'] }, broken)).rejects.toBe(fault);
    expect(await edges()).toEqual(['payment>bank 0']);
    await telemetryStore.append({ spans: chain('4bf92f35') });
    await refresh({ payment: ['bank'] });
    expect(await edges()).toEqual(['gateway>order 1', 'order>payment 1', 'payment>bank 0']);
    const graph = await readCallGraph(state.db);
    expect(graph.services.has('bank')).toBe(false);
    await refresh();
    expect(await edges()).toEqual(['gateway>order 1', 'order>payment 1']);
  });

  it('rewrites what is configured only where it differs, before telemetry is asked', async () => {
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'x' });
    const broken = { schema: () => telemetryStore.schema(), query: () => Promise.reject(fault) };
    const refreshLater = async (seconds: number, calls: ConfiguredCalls) => {
      now = addMs(NOW, seconds * SECOND_MS);
      await expect(refresh(calls, broken)).rejects.toBe(fault);
      const rows = await state.db.selectFrom('call_graph_edges').selectAll().orderBy('callee').execute();
      return rows.map((row) => [row.callee, row.last_seen_at]);
    };
    expect(await refreshLater(0, { payment: ['bank'] })).toEqual([['bank', NOW]]);
    expect(await refreshLater(60, { payment: ['bank'] })).toEqual([['bank', NOW]]);
    const later = addMs(NOW, 120 * SECOND_MS);
    expect(await refreshLater(120, { payment: ['bank', 'fraud'] })).toEqual([
      ['bank', later],
      ['fraud', later],
    ]);
    const last = addMs(NOW, 180 * SECOND_MS);
    expect(await refreshLater(180, { payment: ['fraud'] })).toEqual([['fraud', last]]);
  });

  it('reads what was connected since, unless it was just read', async () => {
    const deps = { db: state.db, clock, logger, telemetryStore, settings: { calls: {} } };
    const callCount = async () => (await readCallGraph(state.db)).edges.length;
    await refreshOldCallGraph(deps);
    await telemetryStore.append({ spans: [span('t1', 'a', null, 'gateway'), span('t1', 'b', 'a', 'order')] });
    now = addMs(NOW, 59 * SECOND_MS);
    await refreshOldCallGraph(deps);
    expect(await callCount()).toBe(0);
    now = addMs(NOW, MINUTE_MS);
    await refreshOldCallGraph(deps);
    expect(await callCount()).toBe(1);
  });
});
