import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import { readDetectionState } from '#capabilities/detection/store-detection-state.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { LogRecord, TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../support/state.ts';
import { requests } from './support/generated-logs.ts';
import { isHistory } from './support/memory-telemetry-store.ts';
import { AT } from './support/service-ticks.ts';
import { clearDetection, movableClock, silentLogger, silentMetrics, tickWorld } from './support/tick-world.ts';

const LAG_MS = 12 * SECOND_MS;
const T = AT.getTime() - LAG_MS;
const JOB_MS = 3 * MINUTE_MS;

let state: StateStore;
let store: TelemetryStore;

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  store = await openDuckdbTelemetryStore(
    { clock: { now: () => addMs(AT, HOUR_MS) }, logger: silentLogger, metrics: silentMetrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory', readers: 2, threads: 1 },
  );
});
afterEach(async () => {
  await store.close();
  await clearDetection(state.db);
});

const runTick = async (index: number, telemetryStore = store) => {
  const clock = movableClock(addMs(AT, index * 30_000));
  const outcome = await runDetectionTick(tickWorld(state.db, telemetryStore, clock).deps);
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  return outcome;
};

const historyLeft = async () => (await readDetectionState(state.db)).state.tick.history;

/** The store, with no answer about an hour of before that is whole. */
const withHistoryCut = (): TelemetryStore => ({
  ...store,
  query: async (request) => {
    const answer = await store.query(request);
    return isHistory(request.query.text) ? { ...answer, isCut: true } : answer;
  },
});

/** Requests that fail at 8 % for three minutes of each hour, the last time just before T + 10 min. */
const withHourlyJob = (hours: number, service = 'report-service'): LogRecord[] => {
  const rows: LogRecord[] = [];
  const jobEnd = T + 10 * MINUTE_MS;
  for (let hour = hours; hour >= 0; hour -= 1) {
    const end = jobEnd - hour * HOUR_MS;
    const from = end - HOUR_MS;
    rows.push(
      ...requests({ service, fromMs: from, toMs: end - JOB_MS, everyMs: 500, failEvery: 400 }),
      ...requests({ service, fromMs: end - JOB_MS, toMs: end, everyMs: 500, failEvery: 12 }),
    );
  }
  return rows;
};

describe('a first start with telemetry of before', () => {
  it('knows an hourly job at once, by two queries a tick at most', async () => {
    await store.append({ logs: withHourlyJob(5) });
    const queries: number[] = [];
    let last = await runTick(0);
    queries.push(last.queries);
    for (let tick = 1; tick <= 20; tick += 1) {
      last = await runTick(tick);
      queries.push(last.queries);
      expect(last.observations.filter(({ isPaging }) => isPaging)).toEqual([]);
    }
    expect(Math.max(...queries)).toBe(2);
    expect(last.observations).toMatchObject([{ signal: 'error_rate', severity: 'P3', heldBy: 'repeats each hour' }]);
    const { state: after } = await readDetectionState(state.db);
    expect(after.spread.get('report-service')?.error.count).toBeGreaterThan(50);
    expect(after.history.samples.get('report-service')?.filter(({ n }) => n > 0)).toHaveLength(48);
  });

  it('pages for that job where it is not known', async () => {
    await store.append({ logs: withHourlyJob(1) });
    const paged: boolean[] = [];
    for (let tick = 0; tick <= 20; tick += 1) {
      const { observations } = await runTick(tick);
      paged.push(observations.some(({ isPaging }) => isPaging));
    }
    expect(paged).toContain(true);
  });

  it('reads a day and no more, an hour in each tick that has a query left', async () => {
    const logs = requests({
      service: 'cart-service',
      fromMs: T - 30 * HOUR_MS,
      toMs: T + 20 * MINUTE_MS,
      everyMs: 10_000,
    });
    await store.append({ logs });
    let history = 0;
    for (let tick = 0; tick <= 34; tick += 1) {
      const { queries } = await runTick(tick);
      // Every tenth tick asks for thresholds instead.
      if (tick % 10 !== 0 && queries === 2) history += 1;
    }
    expect(history).toBe(24);
    const { state: after } = await readDetectionState(state.db);
    expect(after.tick.history).toBeNull();
    const remembered = after.spread.get('cart-service')?.error.count ?? 0;
    // 288 buckets of a day, forgotten at the rate of e a day.
    expect(remembered).toBeGreaterThan(170);
    expect(remembered).toBeLessThan(190);
  });

  it('begins with the first check that sees a service, not with a blind one or an empty one', async () => {
    const fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Telemetry does not answer.' });
    await runTick(0, { ...store, query: () => Promise.reject(fault) });
    await runTick(1);
    expect((await readDetectionState(state.db)).state.tick).toMatchObject({ hasBegunHistory: false, history: null });
    await store.append({ logs: withHourlyJob(3) });
    expect(await runTick(2)).toMatchObject({ services: 1 });
    expect(await historyLeft()).not.toBeNull();
    for (let tick = 3; tick <= 8; tick += 1) await runTick(tick);
    const { state: after } = await readDetectionState(state.db);
    expect(after.history.samples.get('report-service')?.filter(({ n }) => n > 0).length).toBeGreaterThan(30);
  });

  it('asks again where an answer does not come whole, and goes on without history after five of them', async () => {
    await store.append({ logs: withHourlyJob(3) });
    const cut = withHistoryCut();
    await runTick(0, cut);
    for (let tick = 1; tick <= 4; tick += 1) {
      expect(await runTick(tick, cut)).toMatchObject({ queries: 2, gaps: [] });
      expect(await historyLeft()).toMatchObject({ hoursRead: 0, failures: tick });
    }
    await runTick(5);
    expect(await historyLeft()).toMatchObject({ hoursRead: 1, failures: 4 });
    await runTick(6, cut);
    expect(await historyLeft()).toBeNull();
    expect(await runTick(7)).toMatchObject({ queries: 1, gaps: [] });
  });

  it('passes an hour in which nothing was written', async () => {
    const service = 'cart-service';
    const oldest = { service, fromMs: T - 6 * HOUR_MS, toMs: T - 3 * HOUR_MS, everyMs: 5_000 };
    const newest = { service, fromMs: T - 30 * MINUTE_MS, toMs: T + 5 * MINUTE_MS, everyMs: 5_000 };
    await store.append({ logs: [...requests(oldest), ...requests(newest)] });
    for (let tick = 0; tick <= 8; tick += 1) await runTick(tick);
    expect(await historyLeft()).toMatchObject({ hoursRead: 8, failures: 0 });
    const { state: after } = await readDetectionState(state.db);
    expect(after.spread.get(service)?.error.count).toBeGreaterThan(30);
  });

  it('keeps no page waiting', async () => {
    await store.append({
      logs: requests({ service: 'cart-service', fromMs: T - 3 * HOUR_MS, toMs: T, everyMs: 500, failEvery: 3 }),
    });
    await store.append({
      logs: requests({ service: 'order-service', fromMs: T - 3 * HOUR_MS, toMs: T - 4 * MINUTE_MS, everyMs: 500 }),
    });
    await store.append({
      logs: requests({
        service: 'order-service',
        fromMs: T - 4 * MINUTE_MS,
        toMs: T + 2 * MINUTE_MS,
        everyMs: 500,
        failEvery: 2,
      }),
    });
    await runTick(0);
    const paging = await runTick(1);
    expect(paging.observations.some(({ isPaging }) => isPaging)).toBe(true);
    expect(paging.queries).toBe(1);
    expect((await readDetectionState(state.db)).state.tick.history).toMatchObject({ hoursRead: 0 });
  });
});
