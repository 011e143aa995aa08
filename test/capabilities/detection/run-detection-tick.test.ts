import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { detectionTickJob } from '#capabilities/detection/detection-tick-job.ts';
import { forgetOldTicks } from '#capabilities/detection/forget-old-ticks.ts';
import { readDetectionStatus } from '#capabilities/detection/read-detection-status.ts';
import { runDetectionTick, type TickOutcome } from '#capabilities/detection/run-detection-tick.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import type { StateStore } from '#database/state-store.ts';
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { openTestState } from '../../support/state.ts';
import { memoryTelemetryStore } from './support/memory-telemetry-store.ts';
import { AT, BASELINE_A, equalBuckets, requestCounts } from './support/service-ticks.ts';
import { clearDetection, silentLogger, tickWorld } from './support/tick-world.ts';

let state: StateStore;
beforeAll(async () => {
  state = await openTestState();
});
afterAll(() => state.close());
afterEach(() => clearDetection(state.db));

const steady = (k: number, n: number) =>
  Array.from({ length: 4 }, () => ({ k, n })).concat([
    { k: 2 * k, n: 2 * n },
    { k: 4 * k, n: 4 * n },
  ]);
const healthy = (service: string): ServiceCounts => requestCounts({ service, now: steady(0, 100), before: BASELINE_A });
const failing = (service: string): ServiceCounts =>
  requestCounts({ service, now: steady(30, 100), before: BASELINE_A });

const finished = (outcome: TickOutcome): Extract<TickOutcome, { kind: 'finished' }> => {
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  return outcome;
};

const at = (tick: number): { at: Date } => ({ at: addMs(AT, tick * 30_000) });

const stateRows = () =>
  state.db.selectFrom('detection_state').selectAll().orderBy('service').orderBy('signal').execute();
const tickRows = () => state.db.selectFrom('detection_ticks').selectAll().orderBy('id').execute();

describe('runDetectionTick', () => {
  it('commits anomalies, state and the tick together', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service'), healthy('gateway')];
    const { deps, recorded } = tickWorld(state.db, store);
    const outcome = finished(await runDetectionTick(deps));
    expect(outcome).toMatchObject({ at: addMs(AT, -12 * SECOND_MS), services: 2, gaps: [] });
    expect(recorded).toHaveLength(1);
    expect(recorded[0]).toMatchObject({
      at: AT,
      observations: [{ service: 'payment-service', isPaging: true }],
      closings: [],
    });
    expect(await tickRows()).toMatchObject([{ services: 2, gaps: [], started_at: AT, finished_at: AT }]);
    expect((await stateRows()).map(({ service, signal }) => `${service}/${signal}`)).toEqual([
      '/bucket-history',
      '/spread',
      '/thresholds',
      '/tick',
      '/visibility',
      'payment-service/baseline',
      'payment-service/error_rate',
      'payment-service/unusual-minutes',
    ]);
  });

  it('writes nothing at all if the incidents cannot be recorded', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service')];
    const { deps } = tickWorld(state.db, store);
    const recordDetection = () => Promise.reject(new Error('a constraint of the incidents'));
    await expect(runDetectionTick({ ...deps, recordDetection })).rejects.toThrow('a constraint of the incidents');
    expect(await stateRows()).toEqual([]);
    expect(await tickRows()).toEqual([]);
  });

  it('lets the call graph be read before what pages is folded, and does not wait for its faults', async () => {
    const store = memoryTelemetryStore();
    const order: string[] = [];
    const beforeFolding = async () => {
      order.push('before folding');
      throw new Error('no spans');
    };
    const recordDetection = async () => void order.push('recorded');
    const { deps } = tickWorld(state.db, store, undefined, { beforeFolding, recordDetection });
    store.counts = [healthy('payment-service')];
    await runDetectionTick(deps);
    expect(order).toEqual(['recorded']);
    store.counts = [failing('payment-service')];
    expect((await runDetectionTick(deps, at(1))).kind).toBe('finished');
    expect(order).toEqual(['recorded', 'before folding', 'recorded']);
  });

  it('lets one of two ticks at once write, and the other nothing', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service')];
    const { deps, recorded } = tickWorld(state.db, store);
    const outcomes = await Promise.all([runDetectionTick(deps), runDetectionTick(deps)]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['finished', 'lost-race']);
    expect(recorded).toHaveLength(1);
    expect(await tickRows()).toHaveLength(1);

    const later = await Promise.all([runDetectionTick(deps, at(1)), runDetectionTick(deps, at(1))]);
    expect(later.map(({ kind }) => kind).toSorted()).toEqual(['finished', 'lost-race']);
    expect(await tickRows()).toHaveLength(2);
    expect((await stateRows()).find(({ signal }) => signal === 'tick')?.version).toBe(2);
  });

  it('asks nothing when the last tick was just now', async () => {
    const store = memoryTelemetryStore();
    const { deps } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    const before = store.asked.length;
    expect(await runDetectionTick(deps)).toEqual({ kind: 'too-soon' });
    expect(store.asked).toHaveLength(before);
    expect((await runDetectionTick(deps, { at: addMs(AT, -HOUR_MS) })).kind).toBe('finished');
  });

  it('writes only the rows that changed', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service'), failing('gateway')];
    const { deps } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    await runDetectionTick(deps, at(1));
    const versions = new Map(
      (await stateRows()).map(({ service, signal, version }) => [`${service}/${signal}`, version]),
    );
    expect(versions.get('/tick')).toBe(2);
    expect(versions.get('payment-service/error_rate')).toBe(1);
    expect(versions.get('gateway/baseline')).toBe(1);
    expect(versions.get('/thresholds')).toBe(1);
  });

  it('tells of an episode in each tick until its latch closes, and frees its state an hour later', async () => {
    const store = memoryTelemetryStore();
    const { deps, recorded } = tickWorld(state.db, store);
    store.counts = [failing('payment-service')];
    await runDetectionTick(deps);
    store.counts = [healthy('payment-service')];
    for (let tick = 1; tick <= 10; tick += 1) await runDetectionTick(deps, at(tick));
    expect(recorded.slice(0, 10).map(({ observations }) => observations.length)).toEqual(
      Array.from({ length: 10 }, () => 1),
    );
    expect(new Set(recorded.slice(0, 10).map(({ observations }) => observations[0]?.onsetAt.getTime())).size).toBe(1);
    // Nothing of the first calm tick's five minutes failed.
    const fiveMinutesBefore = addMs(AT, 30_000 - 12_000 - 5 * MINUTE_MS);
    expect(recorded[10]).toMatchObject({
      observations: [],
      closings: [{ service: 'payment-service', signal: 'error_rate', quietSince: fiveMinutesBefore, k: 0, n: 1_000 }],
    });
    expect((await stateRows()).map(({ signal }) => signal)).toContain('baseline');
    for (let tick = 11; tick <= 160; tick += 1) await runDetectionTick(deps, at(tick));
    expect((await stateRows()).filter(({ service }) => service !== '').map(({ signal }) => signal)).toEqual([
      'unusual-minutes',
    ]);
  });

  it('records a tick with a gap when the telemetry cannot be reached, and opens and closes nothing', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service'), healthy('gateway')];
    const { deps, recorded } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    store.fault = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'Telemetry does not answer.' });
    for (let tick = 1; tick <= 12; tick += 1) {
      const outcome = finished(await runDetectionTick(deps, at(tick)));
      expect(outcome).toMatchObject({ services: 0, observations: [], closings: [] });
      expect(outcome.gaps).toContainEqual({
        kind: 'telemetry-unreachable',
        service: null,
        message: 'Telemetry does not answer.',
      });
    }
    expect((await tickRows()).at(-1)?.gaps).toMatchObject([{ kind: 'telemetry-unreachable' }]);
    store.fault = null;
    await runDetectionTick(deps, at(13));
    expect(recorded.at(-1)?.observations).toMatchObject([
      { service: 'payment-service', onsetAt: recorded[0]?.observations[0]?.onsetAt },
    ]);
  });

  it('takes no service for silent right after it could not look', async () => {
    const store = memoryTelemetryStore();
    const quiet = requestCounts({ service: 'auth-service', now: [], before: equalBuckets(0, 500) });
    store.counts = [healthy('gateway')];
    const { deps } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    store.fault = new AppError({ code: 'timeout', isRetryable: true, userMessage: 'Telemetry does not answer.' });
    await runDetectionTick(deps, at(1));
    store.fault = null;
    store.counts = [healthy('gateway'), quiet];
    expect(finished(await runDetectionTick(deps, at(2))).observations).toEqual([]);
    expect(finished(await runDetectionTick(deps, at(5))).observations).toMatchObject([
      { signal: 'silence', service: 'auth-service' },
    ]);
  });

  it('never scores an answer that was cut', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service')];
    store.isCut = true;
    const { deps } = tickWorld(state.db, store);
    const outcome = finished(await runDetectionTick(deps));
    expect(outcome).toMatchObject({ observations: [], gaps: [{ kind: 'answer-cut', service: null }] });
  });

  it('keeps a service with odd counts from spoiling the others', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service')];
    store.extraRows = [
      [10, 0, 10, 12, 0, 0, 0, null, 'odd-service', 0],
      [5, 0, 5, 0, 0, 0, 0, null, null, 0],
    ];
    const { deps } = tickWorld(state.db, store);
    const outcome = finished(await runDetectionTick(deps));
    expect(outcome.observations).toMatchObject([{ service: 'payment-service' }]);
    expect(outcome.gaps).toMatchObject([{ kind: 'query-failed', service: 'odd-service' }]);
  });

  it('counts rows of the future as a gap while they come', async () => {
    const store = memoryTelemetryStore();
    store.counts = [healthy('gateway')];
    store.future = [
      { service: 'cron-host', count: 312, largestSkewMs: 150_000, lastSeenAt: AT },
      { service: 'mended-host', count: 9, largestSkewMs: 150_000, lastSeenAt: addMs(AT, -HOUR_MS) },
    ];
    const { deps } = tickWorld(state.db, store);
    const { gaps } = finished(await runDetectionTick(deps));
    expect(gaps).toMatchObject([{ kind: 'clock-skew', service: 'cron-host' }]);
    expect(gaps[0]?.message).toContain('312 rows');
  });

  it('resets state of an unknown shape with a warning instead of failing', async () => {
    const store = memoryTelemetryStore();
    store.counts = [healthy('gateway')];
    const rows = [
      { service: '', signal: 'tick', version: 7, state: '{"lastTickAt": 5}' },
      { service: '', signal: 'spread', version: 7, state: '"gone"' },
      { service: 'gateway', signal: 'error_rate', version: 7, state: '{}' },
      { service: 'gateway', signal: 'of the future', version: 7, state: '[]' },
    ];
    await state.db.insertInto('detection_state').values(rows).execute();
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (_fields: unknown, message: string) => warnings.push(message) };
    const { deps } = tickWorld(state.db, store, undefined, { logger });
    expect((await runDetectionTick(deps)).kind).toBe('finished');
    expect(warnings).toEqual(['Detection state of an unknown shape was reset']);
    expect((await runDetectionTick(deps, at(1))).kind).toBe('finished');
    expect(warnings).toHaveLength(1);
    expect((await stateRows()).filter(({ service }) => service !== '')).toEqual([]);
  });

  it('puts the thresholds back if the store lost them, without asking again', async () => {
    const store = memoryTelemetryStore();
    store.counts = [healthy('gateway')];
    const { deps } = tickWorld(state.db, store);
    await runDetectionTick(deps);
    await runDetectionTick(deps, at(1));
    store.lookups.length = 0;
    store.asked.length = 0;
    expect(finished(await runDetectionTick(deps, at(2))).gaps).toEqual([]);
    expect(store.asked.filter(({ query }) => query.text.includes('PERCENTILE'))).toEqual([]);
    expect(store.lookups).toMatchObject([{ name: 'sentinel-thresholds' }]);
  });

  it('judges all the same when only the usual latency could not be read', async () => {
    const store = memoryTelemetryStore();
    store.counts = [failing('payment-service')];
    const { deps } = tickWorld(state.db, store);
    const query = store.query.bind(store);
    store.query = async (request) => {
      if (!request.query.text.includes('LOOKUP JOIN')) {
        throw new AppError({ code: 'timeout', isRetryable: true, userMessage: 'It took too long.' });
      }
      return query(request);
    };
    const outcome = finished(await runDetectionTick(deps));
    expect(outcome.observations).toMatchObject([{ service: 'payment-service', isPaging: true }]);
    expect(outcome.gaps).toMatchObject([{ kind: 'query-failed', service: null }]);
  });

  it('writes the state of a thousand services in a few statements', async () => {
    const store = memoryTelemetryStore();
    store.counts = Array.from({ length: 1_000 }, (_, index) => failing(`service-${String(index).padStart(4, '0')}`));
    const { deps, recorded } = tickWorld(state.db, store);
    expect(finished(await runDetectionTick(deps)).services).toBe(1_000);
    expect(recorded[0]?.observations).toHaveLength(1_000);
    expect(await stateRows()).toHaveLength(3_005);
    expect((await runDetectionTick(deps, at(1))).kind).toBe('finished');
  });
});

describe('detectionTickJob', () => {
  it('runs a tick and is done, whatever the payload', async () => {
    const store = memoryTelemetryStore();
    store.counts = [healthy('gateway')];
    const { deps } = tickWorld(state.db, store);
    const job = detectionTickJob(deps);
    expect(job).toMatchObject({ name: 'detection.tick', queue: 'detection', attempts: 1, timeoutMs: 25_000 });
    const context = { id: '1', attempt: 1, isLastAttempt: true, signal: new AbortController().signal };
    expect(await job.run(job.parse({ left: 'over' }), context)).toEqual({ kind: 'done' });
    expect(await tickRows()).toHaveLength(1);
  });
});

describe('forgetOldTicks', () => {
  it('keeps the last day', async () => {
    const row = (hoursAgo: number) => {
      const finishedAt = addMs(AT, -hoursAgo * HOUR_MS);
      return { started_at: finishedAt, finished_at: finishedAt, services: 1, gaps: '[]', sight: 'seeing' as const };
    };
    await state.db
      .insertInto('detection_ticks')
      .values([row(30), row(25), row(23), row(0)])
      .execute();
    expect(await forgetOldTicks({ clock: { now: () => AT }, db: state.db })).toBe(2);
    expect(await tickRows()).toHaveLength(2);
  });
});

describe('readDetectionStatus', () => {
  it('is empty before the first tick', async () => {
    const { deps } = tickWorld(state.db, memoryTelemetryStore());
    expect(await readDetectionStatus(deps)).toEqual({
      servicesWatched: 0,
      lastTickAt: null,
      ticksLastHour: 0,
      ticksExpected: 0,
      gaps: [],
      sight: null,
      smallestVisible: [],
    });
  });

  it('tells ticks against those expected, gaps, and what little traffic can show', async () => {
    const store = memoryTelemetryStore();
    store.counts = [
      healthy('gateway'),
      requestCounts({ service: 'mailer', now: steady(0, 2), before: equalBuckets(0, 20) }),
      requestCounts({ service: 'night-job', now: [{ k: 0, n: 1 }], before: equalBuckets(0, 2) }),
    ];
    const { deps, clock } = tickWorld(state.db, store);
    for (let tick = 0; tick < 4; tick += 1) {
      if (tick !== 2) await runDetectionTick(deps);
      clock.advance(30_000);
    }
    const status = await readDetectionStatus(deps);
    expect(status).toMatchObject({
      servicesWatched: 3,
      lastTickAt: addMs(AT, 90_000),
      ticksLastHour: 3,
      ticksExpected: 5,
    });
    expect(status.gaps).toMatchObject([{ kind: 'too-little-traffic', service: 'night-job' }]);
    expect(status.smallestVisible).toEqual([
      { service: 'night-job', rows: 1, smallestRate: null },
      { service: 'mailer', rows: 12, smallestRate: 0.25 },
    ]);
  });
});
