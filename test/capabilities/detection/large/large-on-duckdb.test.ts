import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { runDetectionTick, type TickOutcome } from '#capabilities/detection/run-detection-tick.ts';
import { readObservation, writeObservation } from '#capabilities/incidents/observation-json.ts';
import type { StateStore } from '#database/state-store.ts';
import type { AnomalyObservation } from '#kernel/anomaly.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { QueryAnswer, TelemetryStore } from '#ports/telemetry-store.ts';
import { openTestState } from '../../../support/state.ts';
import { requests } from '../support/generated-logs.ts';
import { AT } from '../support/service-ticks.ts';
import { clearDetection, movableClock, silentLogger, silentMetrics, tickWorld } from '../support/tick-world.ts';

const SERVICES = 1_000;
const T = addMs(AT, -12 * SECOND_MS).getTime();
const START = T - 66 * MINUTE_MS;
const END = T + 13 * MINUTE_MS;

const nameOf = (index: number): string => `service-${String(index).padStart(4, '0')}`;
const FAILING = nameOf(777);
const FAILS_FROM = T + 3 * MINUTE_MS;
const SILENT = nameOf(123);
const SILENT_FROM = T + 5 * MINUTE_MS;

let state: StateStore;
let store: TelemetryStore;
let answers: QueryAnswer[] = [];

beforeAll(async () => {
  state = await openTestState();
  store = await openDuckdbTelemetryStore(
    { clock: { now: () => addMs(AT, HOUR_MS) }, logger: silentLogger, metrics: silentMetrics },
    { file: ':memory:', dataDirectorySetting: 'dataDirectory', readers: 2, threads: 1 },
  );
  // 20 rows per 5 min of each service; the failing and the silent one have 300.
  for (let first = 0; first < SERVICES; first += 100) {
    const logs = Array.from({ length: 100 }, (_, index) => nameOf(first + index)).flatMap((service, index) => {
      const fromMs = START + index * 7;
      if (service === SILENT) return requests({ service, fromMs, toMs: SILENT_FROM, everyMs: SECOND_MS });
      if (service !== FAILING) return requests({ service, fromMs, toMs: END, everyMs: 15 * SECOND_MS });
      return [
        ...requests({ service, fromMs, toMs: FAILS_FROM, everyMs: SECOND_MS }),
        ...requests({ service, fromMs: FAILS_FROM, toMs: END, everyMs: SECOND_MS, failEvery: 3 }),
      ];
    });
    await store.append({ logs });
  }
}, 120_000);
afterAll(async () => {
  await store.close();
  await state.close();
});
afterEach(() => clearDetection(state.db));

const counted = (): TelemetryStore => ({
  ...store,
  query: async (request) => {
    const answer = await store.query(request);
    answers.push(answer);
    return answer;
  },
});

const tick = async (index: number): Promise<Extract<TickOutcome, { kind: 'finished' }>> => {
  answers = [];
  const outcome = await runDetectionTick(tickWorld(state.db, counted(), movableClock(addMs(AT, index * 30_000))).deps);
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  expect(answers.length).toBe(outcome.queries);
  expect(answers.length).toBeLessThanOrEqual(2);
  return outcome;
};

const kinds = (outcome: { readonly gaps: readonly { readonly kind: string }[] }): readonly string[] =>
  outcome.gaps.map(({ kind }) => kind).filter((kind) => kind !== 'too-little-traffic');

describe('a thousand services on DuckDB', () => {
  it('reads baselines in its first ticks, then finds the service that fails and the one that falls silent', async () => {
    const found = new Map<string, number>();
    let failing: AnomalyObservation | undefined;
    for (let index = 0; index <= 24; index += 1) {
      const outcome = await tick(index);
      if (index === 0) expect(kinds(outcome)).toEqual(['answer-cut']);
      if (index === 1) expect(outcome.gaps[0]?.message).toContain('The baseline of 1000 services is being read');
      if (index === 2) expect(outcome.gaps[0]?.message).toContain('The baseline of 500 services is being read');
      if (index >= 3) expect(kinds(outcome)).toEqual([]);
      if (index >= 1) expect(answers.every(({ isCut }) => !isCut)).toBe(true);
      failing ??= outcome.observations.find(({ service, isPaging }) => service === FAILING && isPaging);
      for (const { service, signal, isPaging } of outcome.observations) {
        if (isPaging && !found.has(`${service} ${signal}`)) found.set(`${service} ${signal}`, index);
      }
    }
    expect(failing?.baselineRate).toBeLessThan(0.001);
    const { query, parameters, rows, columns } = failing?.evidence.baseline ?? {};
    expect(query).toContain('AND service.name > ?after');
    expect(parameters).toMatchObject({ after: nameOf(499) });
    expect(rows?.map((row) => row[columns?.indexOf('n') ?? -1])).toEqual(Array.from({ length: 12 }, () => 300));
    expect(readObservation(JSON.parse(writeObservation(failing as AnomalyObservation)))).toEqual(failing);
    expect([...found.keys()]).toEqual([`${FAILING} error_rate`, `${SILENT} silence`]);
    expect(found.get(`${FAILING} error_rate`)).toBeLessThanOrEqual(8);
    expect(found.get(`${SILENT} silence`)).toBeLessThanOrEqual(15);
    const stored = await state.db.selectFrom('detection_state').selectAll().where('service', '=', '').execute();
    expect(stored.map(({ signal }) => signal).toSorted()).toEqual([
      'bucket-history',
      'buckets-0',
      'buckets-1',
      'last-seen',
      'round',
      'spread',
      'thresholds',
      'tick',
      'visibility',
    ]);
  }, 120_000);
});
