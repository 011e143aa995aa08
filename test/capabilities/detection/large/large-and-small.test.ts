import { describe, expect, it } from 'vitest';
import { advanceDetection, type DetectionAdvance } from '#capabilities/detection/advance-detection.ts';
import { assembleCounts, rememberLastSeen } from '#capabilities/detection/large/assemble-counts.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import { cacheShard, EMPTY_LARGE, type LargeState } from '#capabilities/detection/large/large-state.ts';
import { mapCounts, type ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { fromDocuments, toDocuments } from '#capabilities/detection/state-documents.ts';
import type { Evidence } from '#kernel/anomaly.ts';
import { addMs } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { AT, USUAL } from '../support/service-ticks.ts';
import { type Behaviour, simulatedService } from '../support/simulated-service.ts';

const TICK_MS = 30_000;
const ROUND_TICKS = 10;
const NO_EVIDENCE: Evidence = { query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] };
const QUERY = { text: 'FROM logs', parameters: { after: 'm' }, window: { from: AT, to: AT } };
const SHARDS = [
  { after: null, upTo: 'm' },
  { after: 'm', upTo: null },
] as const;

type Plan = (tick: number) => Behaviour | null;

const HEALTHY: Behaviour = { requests: 100, failRate: 0.005 };
const between = (from: number, to: number, fault: Behaviour | null, usual = HEALTHY): Plan => {
  return (tick) => (tick >= from && tick < to ? fault : usual);
};
const PLANS: Readonly<Record<string, Plan>> = {
  'a-healthy': () => HEALTHY,
  'b-errors': between(23, 60, { requests: 100, failRate: 0.2 }),
  // Long enough for every bucket to be dirty and the frozen ones to be all there is.
  'c-errors-for-two-hours': between(31, 271, { requests: 100, failRate: 0.3 }),
  'd-slow': between(38, 80, { requests: 100, failRate: 0.005, midRate: 0.95, tailRate: 0.3, farRate: 0.2 }),
  'e-silent': between(44, 90, null),
  'f-sickly': () => ({ requests: 100, failRate: 0.15 }),
  'n-quiet': () => ({ requests: 2, failRate: 0.01 }),
  'o-quiet-and-silent': between(55, 120, null, { requests: 3, failRate: 0 }),
  'p-small-errors': between(62, 110, { requests: 200, failRate: 0.05 }),
  'q-outage': between(77, 95, { requests: 50, failRate: 1 }),
  'r-fails-twice': (tick) => ({
    requests: 100,
    failRate: (tick >= 50 && tick < 60) || (tick >= 130 && tick < 150) ? 0.25 : 0.005,
  }),
};

const FAULTS = [
  'b-errors error_rate',
  'c-errors-for-two-hours error_rate',
  'd-slow latency',
  'e-silent silence',
  'o-quiet-and-silent silence',
  'p-small-errors error_rate',
  'q-outage error_rate',
  'r-fails-twice error_rate',
];

const seen = (services: readonly ServiceCounts[], from: number, to: number): Map<string, ServiceCounts> =>
  new Map(
    services.flatMap((counts) => {
      const slots = mapCounts(counts.slots, (values) =>
        values.map((rows, slot) => (slot >= from && slot < to ? rows : 0)),
      );
      return slots.lines.some((rows) => rows > 0) ? [[counts.service, { ...counts, slots }] as const] : [];
    }),
  );

const judge = (state: DetectionState, answer: Parameters<typeof advanceDetection>[1], at: Date): DetectionAdvance =>
  advanceDetection(state, answer, at, DEFAULT_DETECTION_SETTINGS, () => NO_EVIDENCE);

interface Episode {
  readonly key: string;
  readonly from: number;
  to: number;
}

const track = (episodes: Episode[], { observations, closings }: DetectionAdvance, tick: number): void => {
  for (const { service, signal, isPaging } of observations) {
    const key = `${service} ${signal}`;
    if (isPaging && !episodes.some((each) => each.key === key && each.to === -1))
      episodes.push({ key, from: tick, to: -1 });
  }
  for (const { service, signal } of closings) {
    const open = episodes.find((each) => each.key === `${service} ${signal}` && each.to === -1);
    if (open) open.to = tick;
  }
};

const simulate = (ticks: number, seed: number) => {
  const random = seededRandom(seed);
  const services = Object.entries(PLANS).map(([name, plan]) => ({ plan, service: simulatedService(name, random) }));
  const thresholds = new Map(Object.keys(PLANS).map((name) => [name, USUAL]));
  let small: DetectionState = { ...EMPTY_STATE, thresholds };
  let large: DetectionState & { readonly large: LargeState } = { ...EMPTY_STATE, thresholds, large: EMPTY_LARGE };
  const ofSmall: Episode[] = [];
  const ofLarge: Episode[] = [];
  for (let tick = -130; tick < ticks; tick += 1) {
    const at = addMs(AT, tick * TICK_MS);
    for (const { plan, service } of services) service.pass(plan(tick), at);
    if (tick < 0) continue;
    const counts = services.map(({ service }) => service.counts());
    const whole = judge(small, { services: seen(counts, 0, 18), rowsOf: new Map(), gaps: [] }, at);
    small = whole.state;
    track(ofSmall, whole, tick);

    const current = { services: seen(counts, 0, 6), rowsOf: new Map(), gaps: [] };
    const sharded = judge(large, assembleCounts(current, large.large, large, at), at);
    expect([...whole.faults, ...sharded.faults]).toEqual([]);
    track(ofLarge, sharded, tick);
    const lastSeen = rememberLastSeen(large.large.lastSeen, current.services, at);
    let { shards } = large.large;
    SHARDS.forEach((shard, index) => {
      if (tick % ROUND_TICKS !== 4 * index) return;
      const buckets = [...seen(counts, 6, 18).values()].filter(({ service }) => service <= 'm' === (index === 0));
      shards = cacheShard(shards, shard, buckets, [], QUERY, at);
    });
    large = { ...sharded.state, large: { ...large.large, lastSeen, shards } };
  }
  return { ofSmall, ofLarge, small, large };
};

describe('buckets counted up to five minutes ago', () => {
  it.each([1, 2, 3])('give the verdicts of buckets counted now (seed %i)', (seed) => {
    const { ofSmall, ofLarge, small, large } = simulate(420, seed);
    for (const key of FAULTS) {
      const [one, other] = [ofSmall, ofLarge].map((episodes) => episodes.find((each) => each.key === key));
      expect(Math.abs((other?.from ?? Infinity) - (one?.from ?? Infinity)), `${key} opens`).toBeLessThanOrEqual(2);
      expect(Math.abs((other?.to ?? Infinity) - (one?.to ?? Infinity)), `${key} closes`).toBeLessThanOrEqual(
        ROUND_TICKS,
      );
    }
    // Of 9,240 checks about one pages by chance, at the line, where the age of a bucket may decide.
    const byChance = [...ofSmall, ...ofLarge].filter(({ key }) => !FAULTS.includes(key));
    expect(byChance.length).toBeLessThanOrEqual(2);
    // The long memory took about as many samples: one in five minutes.
    for (const [service, { error }] of small.spread) {
      expect(Math.abs((large.spread.get(service)?.error.count ?? 0) - error.count), service).toBeLessThan(4);
    }
  });

  it('are the same after they were stored and read', () => {
    const { large } = simulate(120, 4);
    const rows = toDocuments(large).map((document) => ({
      ...document,
      state: JSON.parse(document.toJson()) as unknown,
    }));
    const { state, unreadable } = fromDocuments(rows);
    expect(unreadable).toEqual([]);
    expect(state.large).toEqual(large.large);
  });

  it('count as absent where a row has a shape that is not known', () => {
    const { large } = simulate(20, 4);
    const rows = toDocuments(large).map((document) => ({
      ...document,
      state: JSON.parse(document.toJson()) as unknown,
    }));
    const broken = rows.map((row) => (row.signal === 'buckets-1' ? { ...row, state: { services: 'gone' } } : row));
    const { state, unreadable } = fromDocuments(broken);
    expect(unreadable).toEqual([{ service: '', signal: 'buckets-1' }]);
    expect(state.large?.shards).toHaveLength(1);
  });
});
