import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { runDetectionTick } from '#capabilities/detection/run-detection-tick.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../support/state.ts';
import { requests } from './support/generated-logs.ts';
import { AT } from './support/service-ticks.ts';
import { clearDetection, movableClock, silentLogger, silentMetrics, tickWorld } from './support/tick-world.ts';

const T = addMs(AT, -12 * SECOND_MS).getTime();
const START = T - 70 * MINUTE_MS;
const TICK_MS = 30 * SECOND_MS;

let state: StateStore;
let store: TelemetryStore;
const clock = movableClock();

beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
beforeEach(async () => {
  store = await openDuckdbTelemetryStore(
    { clock, logger: silentLogger, metrics: silentMetrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory', readers: 2, threads: 1 },
  );
});
afterEach(async () => {
  await store.close();
  await clearDetection(state.db);
});

const tick = async (index: number) => {
  const at = addMs(AT, index * TICK_MS);
  const outcome = await runDetectionTick(tickWorld(state.db, store, movableClock(at)).deps);
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  return outcome;
};

describe('rows that come late', () => {
  it('page in the first check that can see them, and the onset is theirs', async () => {
    const onsetMs = T - 100 * SECOND_MS;
    const healthy = { service: 'payment-service', everyMs: 300 };
    await store.append({
      logs: [
        ...requests({ ...healthy, fromMs: START, toMs: onsetMs }),
        ...requests({ service: 'gateway', fromMs: START, toMs: T, everyMs: 200 }),
      ],
    });
    expect((await tick(0)).observations).toEqual([]);

    // A forwarder that was stuck hands over what it held, a minute and a half old.
    await store.append({ logs: requests({ ...healthy, fromMs: onsetMs, toMs: T, failEvery: 3 }) });
    const { observations } = await tick(1);
    expect(observations).toMatchObject([{ service: 'payment-service', signal: 'error_rate', isPaging: true }]);
    const told = observations[0]?.onsetAt.getTime() ?? 0;
    expect(Math.abs(told - onsetMs)).toBeLessThanOrEqual(TICK_MS);
  });

  it('are no silence where they are refused for a clock that runs ahead', async () => {
    const lastMs = T - 6 * MINUTE_MS;
    await store.append({
      logs: [
        ...requests({ service: 'search', fromMs: START, toMs: lastMs, everyMs: 300 }),
        ...requests({ service: 'gateway', fromMs: START, toMs: T, everyMs: 200 }),
      ],
    });
    const ahead = requests({ service: 'search', fromMs: T + 9 * MINUTE_MS, toMs: T + 10 * MINUTE_MS, everyMs: 300 });
    const { rejected } = await store.append({ logs: ahead });
    expect(rejected.length).toBeGreaterThan(0);
    const { observations, gaps } = await tick(0);
    expect(observations).toEqual([]);
    expect(gaps).toContainEqual(expect.objectContaining({ kind: 'clock-skew', service: 'search' }));
  });
});
