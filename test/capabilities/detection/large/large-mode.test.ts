import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { acceptNewNormal } from '#capabilities/detection/accept-new-normal.ts';
import { runDetectionTick, type TickOutcome } from '#capabilities/detection/run-detection-tick.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { readDetectionState } from '#capabilities/detection/store-detection-state.ts';
import type { StateStore } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import { addMs } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { openTestState } from '../../../support/state.ts';
import { type CountedTelemetryStore, countedTelemetryStore } from '../support/counted-telemetry-store.ts';
import { AT, BASELINE_A, equalBuckets, requestCounts } from '../support/service-ticks.ts';
import { clearDetection, movableClock, tickWorld } from '../support/tick-world.ts';

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
const nameOf = (index: number): string => `service-${String(index).padStart(4, '0')}`;
const healthy = (service: string): ServiceCounts => requestCounts({ service, now: steady(0, 100), before: BASELINE_A });
const failing = (service: string): ServiceCounts =>
  requestCounts({ service, now: steady(30, 100), before: BASELINE_A });
/** A fifth of its requests fails, as ever. */
const sickly = (service: string): ServiceCounts =>
  requestCounts({ service, now: steady(20, 100), before: equalBuckets(200, 1_000) });
const many = (count: number, special: readonly ServiceCounts[] = []): readonly ServiceCounts[] => {
  const named = new Map(special.map((counts) => [counts.service, counts]));
  return Array.from({ length: count }, (_, index) => named.get(nameOf(index)) ?? healthy(nameOf(index)));
};

const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const at = (tick: number): { at: Date } => ({ at: addMs(AT, tick * 30_000) });

const tick = async (
  store: CountedTelemetryStore,
  index: number,
): Promise<Extract<TickOutcome, { kind: 'finished' }>> => {
  const before = store.asked.length;
  const outcome = await runDetectionTick(tickWorld(state.db, store).deps, at(index));
  if (outcome.kind !== 'finished') throw new Error(`the tick was ${outcome.kind}`);
  expect(store.asked.length - before).toBe(outcome.queries);
  expect(outcome.queries).toBeLessThanOrEqual(2);
  return outcome;
};
const run = async (store: CountedTelemetryStore, from: number, to: number) => {
  const outcomes = [];
  for (let index = from; index <= to; index += 1) outcomes.push(await tick(store, index));
  return outcomes;
};
const pagedIn = (outcome: Awaited<ReturnType<typeof tick>>): readonly string[] =>
  outcome.observations.filter(({ isPaging }) => isPaging).map(({ service }) => service);
const kindsOf = ({ gaps }: Awaited<ReturnType<typeof tick>>): readonly string[] => gaps.map(({ kind }) => kind);
const largeNow = async () => (await readDetectionState(state.db)).state.large;
const unavailable = () =>
  new AppError({ code: 'timeout', isRetryable: true, userMessage: 'Telemetry does not answer.' });

describe('more services than one answer holds', () => {
  it('judges each service once its baseline was read, and none before', async () => {
    const store = countedTelemetryStore();
    store.counts = many(1_000, [failing(nameOf(100)), failing(nameOf(900)), sickly(nameOf(200)), sickly(nameOf(950))]);
    const outcomes = await run(store, 0, 6);
    expect(outcomes.map(pagedIn)).toEqual([
      [],
      [],
      [nameOf(100)],
      ...Array.from({ length: 4 }, () => [nameOf(100), nameOf(900)]),
    ]);
    expect(outcomes.map(kindsOf)).toEqual([
      ['answer-cut'],
      ['baseline-missing'],
      ['baseline-missing'],
      ...Array.from({ length: 4 }, () => []),
    ]);
    expect(outcomes[2]?.gaps[0]?.message).toBe('The baseline of 500 services is being read: they are not judged yet.');
    expect(store.asked.slice(2)).toEqual(
      ['buckets', 'buckets', 'latency', 'buckets', 'latency', 'buckets'].flatMap((second) => ['newest', second]),
    );
  });

  it('goes through 1,600 services within five minutes, and tells the gap above', async () => {
    const store = countedTelemetryStore();
    store.counts = many(1_600);
    await run(store, 0, 5);
    const before = (await largeNow())?.round.startedAt;
    const outcomes = await run(store, 6, 13);
    expect(outcomes.every(({ services, gaps }) => services === 1_600 && gaps.length === 0)).toBe(true);
    const large = await largeNow();
    expect(large?.round).toMatchObject({ isOver: true, isHasty: false });
    expect(large?.shards.map(({ services }) => services.size)).toEqual([400, 400, 400, 400]);
    expect(addMs(AT, 13 * 30_000 - 12_000).getTime() - (before?.getTime() ?? 0)).toBeLessThanOrEqual(300_000);
    expect((await tick(store, 14)).queries).toBe(1);
    store.counts = many(1_700);
    expect(await tick(store, 15)).toMatchObject({ services: 0, gaps: [{ kind: 'answer-cut' }] });
    store.counts = many(1_600);
    expect(kindsOf(await tick(store, 16))).toEqual([]);
  });

  it('makes a shard that is cut a gap of its own services, and asks for fewer at once', async () => {
    const store = countedTelemetryStore();
    store.counts = many(1_000, [failing(nameOf(100)), failing(nameOf(900))]);
    const sizes: number[] = [];
    store.meddle = (kind, answer) => {
      if (kind !== 'buckets') return answer;
      const names = new Set(answer.rows.map((row) => row.at(-2)));
      sizes.push(names.size);
      return { ...answer, isCut: names.has(nameOf(100)) && names.size > 300 };
    };
    const outcomes = await run(store, 0, 4);
    expect(outcomes.map(pagedIn)).toEqual([[], [], [], [], [nameOf(900)]]);
    expect(outcomes[1]?.gaps).toContainEqual({
      kind: 'answer-cut',
      service: null,
      message:
        'What is usual could not be read for 500 services, from service-0000 to service-0499. There are more of them than one answer can hold; fewer are asked for next.',
    });
    const later = await run(store, 5, 8);
    expect(pagedIn(later[3]!)).toEqual([nameOf(100), nameOf(900)]);
    expect(Math.max(...sizes.slice(1))).toBeLessThanOrEqual(250);
  });

  it('goes on by the baseline of before while a shard cannot be read, says so, and stops when it is too old', async () => {
    const store = countedTelemetryStore();
    store.counts = many(1_000);
    await run(store, 0, 6);
    const usual = (await readDetectionState(state.db)).state.thresholds;
    store.meddle = (kind, answer, { query }) => {
      if (kind !== 'newest' && 'after' in query.parameters) throw unavailable();
      return answer;
    };
    store.counts = many(1_000, [failing(nameOf(900))]);
    const outcomes = await run(store, 7, 45);
    const told = outcomes.map(({ gaps }) => gaps.map(({ message }) => message).join(' '));
    expect(pagedIn(outcomes[0]!)).toEqual([nameOf(900)]);
    expect(
      told.findIndex((text) => text.includes('for 500 services, from service-0500 to service-0999')),
    ).toBeGreaterThan(0);
    expect(told.findIndex((text) => text.includes('What is usual for 500 services was last read at'))).toBe(16);
    expect(told.findIndex((text) => text.includes('The baseline of 500 services is being read'))).toBe(30);
    expect(new Set(outcomes.flatMap(kindsOf))).toEqual(new Set(['query-failed', 'baseline-missing']));
    expect(outcomes.flatMap(({ closings }) => closings)).toEqual([]);
    expect(outcomes.every(({ services }) => services === 1_000)).toBe(true);
    expect((await readDetectionState(state.db)).state.thresholds.size).toBe(usual.size);
    store.meddle = (_kind, answer) => answer;
    const mended = await run(store, 46, 50);
    expect(kindsOf(mended[4]!)).toEqual([]);
    expect(pagedIn(mended[4]!)).toEqual([nameOf(900)]);
  });

  it('goes on after a restart, and reads its baselines anew after a long one', async () => {
    const store = countedTelemetryStore();
    store.counts = many(1_000, [sickly(nameOf(200))]);
    await run(store, 0, 6);
    expect(kindsOf(await tick(store, 16))).toEqual([]);
    const restarted = countedTelemetryStore();
    restarted.counts = many(1_000, [sickly(nameOf(200)), failing(nameOf(100))]);
    const outcomes = await run(restarted, 140, 144);
    expect(outcomes.map(({ gaps }) => gaps[0]?.message.slice(0, 29) ?? '')).toEqual([
      'The baseline of 1000 services',
      'The baseline of 500 services ',
      '',
      '',
      '',
    ]);
    expect(outcomes.map(pagedIn)).toEqual([[], [nameOf(100)], [nameOf(100)], [nameOf(100)], [nameOf(100)]]);
  });

  it('takes a service that was not there when its shard was read for a new one', async () => {
    const store = countedTelemetryStore();
    store.counts = many(600);
    await run(store, 0, 6);
    const half = steady(0, 100).map(({ n }) => ({ k: n / 2, n }));
    const fresh = (buckets: number): readonly ServiceCounts[] => [
      requestCounts({ service: 'a-new-one', now: half, before: equalBuckets(0, 1_000, buckets) }),
      requestCounts({ service: 'b-new-one', now: steady(2, 100), before: equalBuckets(20, 1_000, buckets) }),
      sickly('c-unknown-one'),
    ];
    store.counts = [...many(600), ...fresh(0)];
    const first = await tick(store, 7);
    expect(first.gaps.map(({ kind, service }) => `${kind} ${service}`)).toEqual([
      'learning a-new-one',
      'learning b-new-one',
      'learning c-unknown-one',
    ]);
    expect(first.observations.filter(({ isLearning }) => !isLearning)).toEqual([]);
    expect(pagedIn(first)).toEqual([]);
    store.counts = [...many(600), ...fresh(3)];
    const outcomes = await run(store, 8, 19);
    expect(new Set(outcomes.flatMap(pagedIn))).toEqual(new Set(['a-new-one']));
    expect(outcomes.at(-1)?.observations.filter(({ isPaging }) => isPaging)).toMatchObject([
      { service: 'a-new-one', isLearning: true, isPaging: true, baselineBuckets: 3 },
    ]);
  });

  it('changes over without a blind tick as services come, and back as they go', async () => {
    const store = countedTelemetryStore();
    store.counts = many(490, [failing(nameOf(3))]);
    expect(pagedIn(await tick(store, 0))).toEqual([nameOf(3)]);
    expect(await largeNow()).toBeNull();
    store.counts = many(530, [failing(nameOf(3))]);
    const grown = await run(store, 1, 4);
    expect(grown.map(pagedIn)).toEqual(Array.from({ length: 4 }, () => [nameOf(3)]));
    expect(grown.flatMap(kindsOf)).toEqual([]);
    expect(store.asked).toEqual(['latency', 'all', 'all', 'all', 'newest', 'newest']);
    store.counts = many(450, [failing(nameOf(3))]);
    await run(store, 5, 30);
    expect(await largeNow()).not.toBeNull();
    store.counts = many(390, [failing(nameOf(3))]);
    const shrunk = await run(store, 31, 60);
    expect(await largeNow()).toBeNull();
    expect(shrunk.flatMap(kindsOf).filter((kind) => kind !== 'telemetry-silent')).toEqual([]);
    expect(shrunk.every((outcome) => pagedIn(outcome).includes(nameOf(3)))).toBe(true);
    expect(store.asked.slice(-3)).toEqual(['all', 'all', 'all']);
  });

  it('compares a service whose new normal was accepted with nothing that was counted before', async () => {
    const store = countedTelemetryStore();
    const name = nameOf(900);
    store.counts = many(1_000, [failing(name)]);
    const before = await run(store, 0, 6);
    expect(before.map(pagedIn).at(-1)).toEqual([name]);
    const { deps } = tickWorld(state.db, store, movableClock(addMs(AT, 6 * 30_000)));
    expect(await acceptNewNormal(deps, { service: name }, ANN)).toMatchObject({ kind: 'accepted' });
    expect((await run(store, 7, 12)).flatMap(pagedIn)).toEqual([]);
    store.counts = many(1_000, [
      requestCounts({ service: name, now: steady(30, 100), before: [{ k: 300, n: 1_000 }, ...BASELINE_A.slice(1)] }),
    ]);
    expect((await run(store, 13, 30)).flatMap(pagedIn)).toEqual([]);
  });

  it('lets one of two ticks at once write, shards included', async () => {
    const store = countedTelemetryStore();
    store.counts = many(700);
    await run(store, 0, 2);
    const { deps } = tickWorld(state.db, store);
    const outcomes = await Promise.all([runDetectionTick(deps, at(3)), runDetectionTick(deps, at(3))]);
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['finished', 'lost-race']);
    expect((await largeNow())?.shards).toHaveLength(2);
  });
});
