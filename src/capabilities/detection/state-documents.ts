import { z } from 'zod';
import { type JudgedSignal, JUDGED_SIGNALS } from '#kernel/anomaly.ts';
import type { Episode } from './advance-episode.ts';
import {
  type DetectionState,
  EMPTY_STATE,
  NO_SERVICE_STATE,
  type ServiceState,
  type TickMemory,
} from './detection-state.ts';
import type { BucketHistory } from './judge/bucket-history.ts';
import type { UnusualMinutes } from './judge/hourly-pattern.ts';
import type { SlowBurn } from './judge/slow-burn.ts';
import { largeDocuments, withLargeDocument } from './large/large-documents.ts';
import { type BaselineGuard, NO_GUARD } from './judge/service-baseline.ts';
import { COUNT_FIELDS, type CountField } from './judge/service-counts.ts';
import { sortShards } from './large/shards.ts';
import { BASELINE_BUCKETS } from './judge/slots.ts';

/** One row of `detection_state`. The rows of all services together have the service ''. */
export interface StateDocument {
  readonly service: string;
  readonly signal: string;
  /** The same object while nothing changed. */
  readonly value: unknown;
  toJson(): string;
}

const ALL_SERVICES = '';
const TICK = 'tick';
const THRESHOLDS = 'thresholds';
const SPREAD = 'spread';
const VISIBILITY = 'visibility';
const BASELINE = 'baseline';
const UNUSUAL = 'unusual-minutes';
const SLOW_BURN = 'slow-burn';
const HISTORY = 'bucket-history';
const ACCEPTED = 'accepted';

export const TICK_KEY = { service: ALL_SERVICES, signal: TICK } as const;

const date = z.iso.datetime().transform((text) => new Date(text));
const nullableDate = date.nullable();
const count = z.number().nonnegative();

const tickShape = z
  .object({
    lastTickAt: nullableDate,
    thresholdsAt: nullableDate,
    spreadAt: nullableDate,
    silentSince: nullableDate,
    sightedSince: nullableDate,
    hasBegunHistory: z.boolean().optional(),
    history: z
      .object({ endedAt: date, hoursRead: count, failures: count.default(0) })
      .nullable()
      .default(null),
    services: count.default(0),
  })
  // Earlier releases did not say so: what they learnt from is not read twice.
  .transform((tick): TickMemory => ({ ...tick, hasBegunHistory: tick.hasBegunHistory ?? tick.lastTickAt !== null }));

const latencyShape = z.object({ p50Ms: count, p99Ms: count });
const thresholdsShape = z.array(z.tuple([z.string(), latencyShape])).transform((entries) => new Map(entries));

const memoryShape = z.object({ squares: count, count });
const spreadShape = z
  .array(z.tuple([z.string(), z.object({ error: memoryShape, mid: memoryShape, tail: memoryShape })]))
  .transform((entries) => new Map(entries));

const visibilityShape = z.array(
  z.object({ service: z.string(), rows: count, smallestRate: z.number().min(0).max(1).nullable() }),
);

const buckets = z.array(count).max(BASELINE_BUCKETS);
const countsShape = z.object(
  Object.fromEntries(COUNT_FIELDS.map((field) => [field, buckets])) as Record<CountField, typeof buckets>,
);
const evidenceShape = z.object({
  query: z.string(),
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  window: z.object({ from: date, to: date }),
  columns: z.array(z.string()),
  rows: z.array(z.array(z.unknown())),
});
const guardShape: z.ZodType<BaselineGuard> = z.object({
  frozen: z
    .object({
      unit: z.enum(['requests', 'log lines']),
      buckets: countsShape,
      usualLatency: latencyShape.nullable(),
      evidence: evidenceShape.nullable().default(null),
    })
    .nullable(),
  dirty: z.array(z.object({ from: date, to: nullableDate })),
});

const acceptedShape = z.object({ usualSince: date });

const episodeShape = z.object({
  openedAt: date,
  onsetAt: date,
  hasPaged: z.boolean(),
  passed: z.array(z.boolean()).default([]),
  quietTicks: z.number().int().nonnegative(),
  quietSince: nullableDate,
  lastSeenAt: nullableDate,
  isDismissed: z.boolean().default(false),
});

const window = z.object({ from: date, to: date });
const slowBurnShape: z.ZodType<SlowBurn> = z.object({
  score: z.number(),
  k: count,
  n: count,
  fit: z.object({
    kind: z.enum(['error', 'mid', 'tail']),
    p: z.number(),
    phi: z.number(),
    rows: count,
    meanRows: count,
    bucketsKept: count,
    bucketsTrimmed: count,
  }),
  window,
  since: date,
  buckets: z.array(z.tuple([count, count, count])),
});

/** Flat, because there is one of every service: n and k of each bucket in turn. */
const historyShape = z
  .object({ ends: z.array(count), samples: z.array(z.tuple([z.string(), z.array(count)])) })
  .transform(({ ends, samples }): BucketHistory => ({
    ends,
    samples: new Map(
      samples.map(([service, flat]) => [
        service,
        ends.map((_, index) => ({ n: flat[2 * index] ?? 0, k: flat[2 * index + 1] ?? 0 })),
      ]),
    ),
  }));

const unusualShape = z.array(z.object({ minute: z.number().int(), window: z.string(), excess: z.number() }));

export const tickDocument = (tick: TickMemory): StateDocument => ({
  ...TICK_KEY,
  value: tick,
  toJson: () => JSON.stringify(tick),
});

const forAll = (signal: string, value: unknown, plain: () => unknown): StateDocument => ({
  service: ALL_SERVICES,
  signal,
  value,
  toJson: () => JSON.stringify(plain()),
});

const forService = (
  service: string,
  signal: string,
  value: unknown,
  plain: () => unknown = () => value,
): StateDocument => ({
  service,
  signal,
  value,
  toJson: () => JSON.stringify(plain()),
});

const hasGuard = (guard: BaselineGuard): boolean => guard.frozen !== null || guard.dirty.length > 0;

/** All rows of a state but that of the tick, which is written by compare-and-set. */
export const toDocuments = (state: DetectionState): readonly StateDocument[] => {
  const documents: StateDocument[] = [
    forAll(THRESHOLDS, state.thresholds, () => [...state.thresholds]),
    forAll(SPREAD, state.spread, () => [...state.spread]),
    forAll(VISIBILITY, state.visibility, () => state.visibility),
    forAll(HISTORY, state.history, () => ({
      ends: state.history.ends,
      samples: [...state.history.samples].map(([service, samples]) => [service, samples.flatMap(({ n, k }) => [n, k])]),
    })),
  ];
  for (const { signal, value, plain } of state.large ? largeDocuments(state.large) : []) {
    documents.push(forAll(signal, value, plain));
  }
  for (const [service, { guard, episodes, unusual, slowBurn, usualSince }] of state.services) {
    if (usualSince) documents.push(forService(service, ACCEPTED, usualSince, () => ({ usualSince })));
    if (hasGuard(guard)) documents.push(forService(service, BASELINE, guard));
    if (unusual.length > 0) documents.push(forService(service, UNUSUAL, unusual));
    if (slowBurn) documents.push(forService(service, SLOW_BURN, slowBurn));
    for (const [signal, episode] of episodes) documents.push(forService(service, signal, episode));
  }
  return documents;
};

interface StoredRow {
  readonly service: string;
  readonly signal: string;
  readonly state: unknown;
}

export interface ReadState {
  readonly state: DetectionState;
  /** Rows of a shape that this release does not know: they count as absent. */
  readonly unreadable: readonly { readonly service: string; readonly signal: string }[];
}

const isSignal = (text: string): text is JudgedSignal => (JUDGED_SIGNALS as readonly string[]).includes(text);

/** Puts the state together from its rows. */
export const fromDocuments = (rows: readonly StoredRow[]): ReadState => {
  let { tick, thresholds, spread, visibility, history, large } = EMPTY_STATE;
  const accepted = new Map<string, Date>();
  const guards = new Map<string, BaselineGuard>();
  const episodes = new Map<string, Map<JudgedSignal, Episode>>();
  const unusual = new Map<string, UnusualMinutes>();
  const burns = new Map<string, SlowBurn>();
  const unreadable: { service: string; signal: string }[] = [];

  for (const { service, signal, state } of rows) {
    const read = <T>(shape: z.ZodType<T>, take: (value: T) => void): void => {
      const parsed = shape.safeParse(state);
      if (parsed.success) take(parsed.data);
      else unreadable.push({ service, signal });
    };
    if (signal === BASELINE) read(guardShape, (value) => guards.set(service, value));
    else if (signal === SLOW_BURN) read(slowBurnShape, (value) => burns.set(service, value));
    else if (signal === UNUSUAL) read(unusualShape, (value) => unusual.set(service, value));
    else if (signal === ACCEPTED) read(acceptedShape, ({ usualSince }) => accepted.set(service, usualSince));
    else if (isSignal(signal)) {
      read(episodeShape, (value) => {
        const known = episodes.get(service) ?? new Map<JudgedSignal, Episode>();
        episodes.set(service, known.set(signal, value));
      });
    } else if (service !== ALL_SERVICES) unreadable.push({ service, signal });
    else if (signal === TICK) read(tickShape, (value) => (tick = value));
    else if (signal === THRESHOLDS) read(thresholdsShape, (value) => (thresholds = value));
    else if (signal === SPREAD) read(spreadShape, (value) => (spread = value));
    else if (signal === VISIBILITY) read(visibilityShape, (value) => (visibility = value));
    else if (signal === HISTORY) read(historyShape, (value) => (history = value));
    else {
      const next = withLargeDocument(large, signal, state);
      if (next) large = next;
      else unreadable.push({ service, signal });
    }
  }
  if (large) large = { ...large, shards: sortShards(large.shards) };

  const services = new Map<string, ServiceState>();
  const marked = [guards, episodes, unusual, burns, accepted].flatMap((each) => [...each.keys()]);
  for (const service of new Set(marked)) {
    services.set(service, {
      guard: guards.get(service) ?? NO_GUARD,
      episodes: episodes.get(service) ?? NO_SERVICE_STATE.episodes,
      unusual: unusual.get(service) ?? NO_SERVICE_STATE.unusual,
      slowBurn: burns.get(service) ?? null,
      usualSince: accepted.get(service) ?? null,
    });
  }
  return { state: { tick, thresholds, spread, visibility, history, services, large }, unreadable };
};
