import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { readLatencyP99 } from '#capabilities/detection/display/read-latency-p99.ts';
import { readSignalChart } from '#capabilities/detection/display/read-signal-chart.ts';
import { runDetectionTick, type TickOutcome } from '#capabilities/detection/run-detection-tick.ts';
import type { StateStore } from '#database/state-store.ts';
import type { AnomalyObservation } from '#kernel/anomaly.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../support/state.ts';
import { lines, requests } from './support/generated-logs.ts';
import { AT } from './support/service-ticks.ts';
import { clearDetection, movableClock, silentLogger, silentMetrics, tickWorld } from './support/tick-world.ts';

const LAG_MS = 12 * SECOND_MS;
/** The end of the first tick's window. */
const T = addMs(AT, -LAG_MS).getTime();
const START = T - 70 * MINUTE_MS;

let state: StateStore;
let store: TelemetryStore;
const clock = movableClock();

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  store = await openDuckdbTelemetryStore(
    { clock: { now: () => addMs(clock.now(), HOUR_MS) }, logger: silentLogger, metrics: silentMetrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory', readers: 2, threads: 1 },
  );
});
afterEach(async () => {
  await store.close();
  await clearDetection(state.db);
});

const finished = (outcome: TickOutcome): Extract<TickOutcome, { kind: 'finished' }> => {
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  return outcome;
};

const tick = async (at: Date = AT, telemetryStore = store) =>
  finished(await runDetectionTick(tickWorld(state.db, telemetryStore, movableClock(at)).deps));

const observed = (outcome: { readonly observations: readonly AnomalyObservation[] }, signal: string) =>
  outcome.observations.find((each) => each.signal === signal);

describe('a detection tick on DuckDB', () => {
  it('finds the failing service, with its counts, its onset and the query that shows them', async () => {
    const onsetMs = T - 100 * SECOND_MS;
    await store.append({
      logs: [
        ...requests({ service: 'payment-service', fromMs: START, toMs: onsetMs, everyMs: 300 }),
        ...requests({ service: 'payment-service', fromMs: onsetMs, toMs: T, everyMs: 500, failEvery: 4 }),
        ...requests({ service: 'gateway', fromMs: START, toMs: T, everyMs: 200, failEvery: 400 }),
      ],
    });

    const outcome = await tick();

    expect(outcome).toMatchObject({ services: 2, gaps: [], queries: 2, closings: [] });
    expect(outcome.observations).toHaveLength(1);
    const [observation] = outcome.observations;
    const n = 200 + Math.ceil((200 * SECOND_MS) / 300);
    expect(observation).toMatchObject({
      service: 'payment-service',
      signal: 'error_rate',
      severity: 'P1',
      isPaging: true,
      heldBy: null,
      isFailingNow: true,
      isLargeEnough: true,
      isLearning: false,
      k: 50,
      baselineBuckets: 12,
      unit: 'requests',
    });
    expect(Math.abs((observation?.n ?? 0) - n)).toBeLessThanOrEqual(1);
    expect(Math.abs((observation?.onsetAt.getTime() ?? 0) - onsetMs)).toBeLessThan(10 * SECOND_MS);
    expect(observation?.expected.high).toBeLessThan(0.02);
    const { evidence } = observation ?? {};
    expect(evidence?.query).toContain('FROM logs');
    expect(evidence?.parameters).toEqual({
      from: new Date(T - 65 * MINUTE_MS).toISOString(),
      to: new Date(T).toISOString(),
    });
    const failed = evidence?.columns.indexOf('e') ?? -1;
    const slot = evidence?.columns.indexOf('slot') ?? -1;
    const now = evidence?.rows.filter((row) => Number(row[slot]) < 6) ?? [];
    expect(now.reduce((sum, row) => sum + Number(row[failed]), 0)).toBe(50);
  });

  it('asks for thresholds on the first tick and then every five minutes', async () => {
    await store.append({
      logs: requests({ service: 'gateway', fromMs: START, toMs: T + 6 * MINUTE_MS, everyMs: 500 }),
    });
    const asked: string[] = [];
    const watched: TelemetryStore = {
      ...store,
      query: (request) => {
        asked.push(request.query.text);
        return store.query(request);
      },
    };
    const asking: number[] = [];
    for (let index = 0; index <= 11; index += 1) {
      asked.length = 0;
      await tick(addMs(AT, index * 30_000), watched);
      expect(asked).toHaveLength(2);
      if (asked.some((text) => text.includes('PERCENTILE'))) asking.push(index);
    }
    // In the ticks between, the second query reads an hour of history.
    expect(asking).toEqual([0, 10]);
  });

  it('finds a service that got slow, and tells its usual p99', async () => {
    const onsetMs = T - 2 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({ service: 'inventory-service', fromMs: START, toMs: onsetMs, everyMs: 300 }),
        ...requests({ service: 'inventory-service', fromMs: onsetMs, toMs: T, everyMs: 300, durationMs: 200 }),
      ],
    });
    const outcome = await tick();
    const latency = observed(outcome, 'latency');
    expect(latency).toMatchObject({ severity: 'P1', isPaging: true, usualP99Ms: expect.closeTo(138, 0) });
    expect(latency?.latencyKind).not.toBeNull();

    const p99 = await readLatencyP99(
      { telemetryStore: store },
      {
        service: 'inventory-service',
        window: { from: new Date(onsetMs), to: new Date(T) },
        onsetAt: new Date(onsetMs),
      },
    );
    expect(p99.n).toBe(400);
    expect(p99.p99Ms).toBeCloseTo(690, -1);
    expect(p99.usualP99Ms).toBeCloseTo(138, 0);
    const partAt = p99.evidence.columns.indexOf('part');
    expect(new Set(p99.evidence.rows.map((row) => row[partAt]))).toEqual(new Set(['now', 'usual']));
  });

  it('reads nothing between the usual hour and the minutes that it tells of', async () => {
    const onsetMs = T - 20 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({ service: 'search', fromMs: START, toMs: onsetMs, everyMs: 1_000 }),
        ...requests({ service: 'search', fromMs: onsetMs, toMs: T - 5 * MINUTE_MS, everyMs: 1_000, durationMs: 9_000 }),
        ...requests({ service: 'search', fromMs: T - 5 * MINUTE_MS, toMs: T, everyMs: 1_000, durationMs: 200 }),
      ],
    });
    const { p99Ms, usualP99Ms, n, evidence } = await readLatencyP99(
      { telemetryStore: store },
      { service: 'search', window: { from: new Date(T - 5 * MINUTE_MS), to: new Date(T) }, onsetAt: new Date(onsetMs) },
    );
    expect([n, p99Ms, usualP99Ms]).toEqual([300, expect.closeTo(690, -1), expect.closeTo(138, 0)]);
    const countAt = evidence.columns.indexOf('n');
    const counted = evidence.rows.reduce((sum, row) => sum + Number(row[countAt]), 0);
    expect(counted).toBe(300 + (onsetMs - START) / 1_000);
  });

  it('judges a service without requests by its log lines', async () => {
    const onsetMs = T - 2 * MINUTE_MS;
    await store.append({
      logs: [
        ...lines({ service: 'mailer', fromMs: START, toMs: onsetMs, everyMs: 400 }),
        ...lines({ service: 'mailer', fromMs: onsetMs, toMs: T, everyMs: 400, failEvery: 3 }),
      ],
    });
    expect(observed(await tick(), 'error_rate')).toMatchObject({
      service: 'mailer',
      unit: 'log lines',
      isPaging: true,
      k: 100,
    });
  });

  it('tells of a service that fell silent, and when it was last seen', async () => {
    const lastMs = T - 4 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({ service: 'auth-service', fromMs: START, toMs: lastMs, everyMs: 1_000 }),
        ...requests({ service: 'gateway', fromMs: START, toMs: T, everyMs: 500 }),
      ],
    });
    const outcome = await tick();
    expect(outcome.observations).toHaveLength(1);
    expect(outcome.observations[0]).toMatchObject({
      service: 'auth-service',
      signal: 'silence',
      isPaging: true,
      isFailingNow: true,
      k: 0,
      n: 0,
      lastSeenAt: new Date(lastMs - 1_000),
    });
  });

  it('takes any configured condition for a failed request, with a comment at its end', async () => {
    await store.append({
      logs: [
        ...requests({ service: 'gateway', fromMs: START, toMs: T - MINUTE_MS, everyMs: 300 }),
        ...requests({ service: 'gateway', fromMs: T - MINUTE_MS, toMs: T, everyMs: 300, failEvery: 2 }),
      ],
    });
    const world = tickWorld(state.db, store, movableClock(AT));
    const settings = { ...world.deps.settings, failedExpression: 'message LIKE "*no connection*" // pool' };
    const outcome = finished(await runDetectionTick({ ...world.deps, settings }));
    expect(observed(outcome, 'error_rate')).toMatchObject({ k: 100, isPaging: true });
  });

  it('goes on judging while no row has brought along an attribute that the condition names', async () => {
    const rows = [
      ...requests({ service: 'gateway', fromMs: START, toMs: T - MINUTE_MS, everyMs: 300 }),
      ...requests({ service: 'gateway', fromMs: T - MINUTE_MS, toMs: T, everyMs: 300, failEvery: 2 }),
    ];
    await store.append({ logs: rows });
    const world = tickWorld(state.db, store, movableClock(AT));
    const settings = { ...world.deps.settings, failedExpression: 'status_code >= 500 OR attributes.outcome == "lost"' };
    const outcome = finished(await runDetectionTick({ ...world.deps, settings }));
    expect(outcome.gaps).toEqual([]);
    expect(observed(outcome, 'error_rate')).toMatchObject({ k: 100, isPaging: true });

    await store.append({ logs: rows.slice(-10).map((row) => ({ ...row, attributes: { outcome: 'lost' } })) });
    const next = finished(await runDetectionTick({ ...world.deps, settings }, { at: addMs(AT, 20_000) }));
    expect(observed(next, 'error_rate')).toMatchObject({ k: 110 });
  });

  it('says so when the configured condition does not fit the telemetry', async () => {
    const world = tickWorld(state.db, store, movableClock(AT));
    const settings = { ...world.deps.settings, failedExpression: 'no_such_field == 1' };
    const outcome = finished(await runDetectionTick({ ...world.deps, settings }));
    expect(outcome.gaps).toMatchObject([{ kind: 'query-failed', service: null }]);
    expect(outcome.observations).toEqual([]);
  });
});

describe('readSignalChart on DuckDB', () => {
  it('draws the error rate per minute against its band, and leaves minutes without rows open', async () => {
    const onsetMs = T - 5 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({
          service: 'payment-service',
          fromMs: START,
          toMs: T - 20 * MINUTE_MS,
          everyMs: 300,
          failEvery: 300,
        }),
        ...requests({
          service: 'payment-service',
          fromMs: T - 19 * MINUTE_MS + 100,
          toMs: onsetMs,
          everyMs: 300,
          failEvery: 300,
        }),
        ...requests({ service: 'payment-service', fromMs: onsetMs, toMs: T, everyMs: 300, failEvery: 3 }),
      ],
    });
    const lead = observed(await tick(), 'error_rate');
    if (!lead) throw new Error('nothing was observed');
    const chart = await readSignalChart(
      { clock: movableClock(AT), telemetryStore: store, settings: tickWorld(state.db, store).deps.settings },
      {
        service: 'payment-service',
        signal: 'error_rate',
        severity: 'P1',
        onsetAt: new Date(onsetMs),
        recoveredAt: null,
        noDataSince: null,
        lead,
      },
    );
    expect(chart).toMatchObject({ unit: 'percent', rowUnit: 'requests', sampleMinutes: 1 });
    const marked = chart?.points.findLast(({ value }) => value !== null);
    expect(chart?.value).toBe(marked?.value);
    expect(chart?.sampleSize).toBeLessThan(lead.n);
    expect(chart?.points).toHaveLength(30);
    expect(chart?.points.at(-1)?.at).toEqual(new Date(T));
    expect(chart?.points.filter(({ value }) => value === null)).toHaveLength(1);
    expect(chart?.points.filter(({ isOutOfBand }) => isOutOfBand).map(({ at }) => at.getTime() > onsetMs)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(chart?.value).toBeCloseTo(33.3, 0);
    for (const { low, high } of chart?.points ?? []) expect(low).toBeLessThanOrEqual(high);
  });

  it('draws p99 in milliseconds against the usual spread of the hour before', async () => {
    const onsetMs = T - 3 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({ service: 'inventory-service', fromMs: START, toMs: onsetMs, everyMs: 300 }),
        ...requests({ service: 'inventory-service', fromMs: onsetMs, toMs: T, everyMs: 300, durationMs: 200 }),
      ],
    });
    const lead = observed(await tick(), 'latency');
    if (!lead) throw new Error('nothing was observed');
    const request = {
      service: 'inventory-service',
      signal: 'latency',
      severity: 'P1',
      onsetAt: new Date(onsetMs),
      recoveredAt: null,
      noDataSince: null,
      lead,
    } as const;
    const deps = { clock: movableClock(AT), telemetryStore: store, settings: tickWorld(state.db, store).deps.settings };
    const chart = await readSignalChart(deps, request);
    expect(chart).toMatchObject({ unit: 'milliseconds', sampleMinutes: 1, sampleSize: 199 });
    expect(chart?.expected).toBeCloseTo(138, 0);
    expect(chart?.points.filter(({ isOutOfBand }) => isOutOfBand)).toHaveLength(3);
    expect(await readSignalChart(deps, { ...request, service: 'nobody' })).toBeNull();
  });
});
