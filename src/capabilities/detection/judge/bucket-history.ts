import type { Sample } from './fit-baseline.ts';
import { badField, type RowUnit, type ServiceCounts, totalField } from './service-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS, bucketSpan, CURRENT_SLOTS, sumOfNewest } from './slots.ts';

/** Failed and all rows of each service in the buckets of the last four hours, oldest first. */
export interface BucketHistory {
  /** Where each bucket ends, in milliseconds since 1970. */
  readonly ends: readonly number[];
  /** One sample a bucket; n = 0 where nothing was seen. */
  readonly samples: ReadonlyMap<string, readonly Sample[]>;
}

export const NO_HISTORY: BucketHistory = { ends: [], samples: new Map() };

export const HISTORY_BUCKETS = 48;
const NOTHING: Sample = { k: 0, n: 0 };

const unitOf = ({ slots }: ServiceCounts): RowUnit =>
  sumOfNewest(slots.requests, slots.requests.length) > 0 ? 'requests' : 'log lines';

export interface NextBuckets {
  /** What is known before; nothing if the clock was set back. */
  readonly known: BucketHistory;
  /** Buckets of this tick that end after the last one known, oldest first; every five minutes it is one. */
  readonly added: readonly number[];
  readonly ends: readonly number[];
}

export const nextBuckets = (history: BucketHistory, at: Date): NextBuckets => {
  const known = (history.ends.at(-1) ?? 0) > at.getTime() ? NO_HISTORY : history;
  const last = known.ends.at(-1) ?? 0;
  const added = Array.from({ length: BASELINE_BUCKETS }, (_, index) => BASELINE_BUCKETS - 1 - index).filter(
    (bucket) => bucketSpan(bucket, at).toMs - last > BUCKET_MS / 2,
  );
  const ends = [...known.ends, ...added.map((bucket) => bucketSpan(bucket, at).toMs)].slice(-HISTORY_BUCKETS);
  return { known, added, ends };
};

/** The samples of one service, as many as there are ends. */
export const nextSamples = (
  { known, added }: NextBuckets,
  service: string,
  counts: ServiceCounts | undefined,
): readonly Sample[] => {
  const unit = counts && unitOf(counts);
  const sampleAt = (bucket: number): Sample => {
    if (!counts || !unit) return NOTHING;
    const slot = CURRENT_SLOTS.length + bucket;
    return { k: counts.slots[badField('error', unit)][slot] ?? 0, n: counts.slots[totalField(unit)][slot] ?? 0 };
  };
  const before = known.samples.get(service) ?? known.ends.map(() => NOTHING);
  return [...before, ...added.map(sampleAt)].slice(-HISTORY_BUCKETS);
};

/** Puts buckets of a time before the ones that are known in front of them, to four hours in all. */
export const withOlder = (history: BucketHistory, older: BucketHistory): BucketHistory => {
  const firstMs = history.ends[0] ?? Number.POSITIVE_INFINITY;
  const count = older.ends.filter((endMs) => firstMs - endMs > BUCKET_MS / 2).length;
  const kept = Math.min(count, HISTORY_BUCKETS - history.ends.length);
  if (kept <= 0) return history;
  const ends = [...older.ends.slice(count - kept, count), ...history.ends];
  const samples = [...new Set([...history.samples.keys(), ...older.samples.keys()])].map((service) => {
    const before = older.samples.get(service) ?? older.ends.map(() => NOTHING);
    const known = history.samples.get(service) ?? history.ends.map(() => NOTHING);
    return [service, [...before.slice(count - kept, count), ...known]] as const;
  });
  return { ends, samples: new Map(samples.filter(([, own]) => isSeenIn(own))) };
};

export const isSeenIn = (samples: readonly Sample[]): boolean => samples.some(({ n }) => n > 0);
