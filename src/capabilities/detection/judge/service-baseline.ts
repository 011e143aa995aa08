import type { QueryEvidence } from '#kernel/anomaly.ts';
import type { Sample } from './fit-baseline.ts';
import {
  badField,
  baselineOf,
  type CountedKind,
  type Counts,
  mapCounts,
  type RowUnit,
  type ServiceCounts,
  totalField,
} from './service-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS, bucketSpan, CURRENT_MS, CURRENT_SLOTS, sumOfNewest } from './slots.ts';

/** The usual median and p99 of a service, by which slow is told from usual. */
export interface UsualLatency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Baseline and thresholds as they were when an episode of the service first paged. */
export interface FrozenBaseline {
  readonly unit: RowUnit;
  readonly buckets: Counts;
  readonly usualLatency: UsualLatency | null;
  /** What they were counted by; null if an earlier release froze them. */
  readonly evidence: QueryEvidence | null;
}

/** Time that must never enter a baseline; `to` is null while the episode lasts. */
export interface DirtySpan {
  readonly from: Date;
  readonly to: Date | null;
}

/** What an incident leaves behind on a service's baseline. */
export interface BaselineGuard {
  readonly frozen: FrozenBaseline | null;
  readonly dirty: readonly DirtySpan[];
}

/** What was before `usualSince` is as little a baseline as what an incident spoilt. */
export const notUsual = (guard: BaselineGuard, usualSince: Date | null): readonly DirtySpan[] =>
  usualSince ? [...guard.dirty, { from: new Date(0), to: usualSince }] : guard.dirty;

export const NO_GUARD: BaselineGuard = { frozen: null, dirty: [] };

/** The buckets that a service is compared with now. */
export interface ServiceBaseline {
  readonly unit: RowUnit;
  /** Newest first; without dirty ones. */
  readonly buckets: Counts;
  /** Since how many buckets it is known as it is, empty and dirty ones included: neither a gap nor an incident makes it new. */
  readonly ageBuckets: number;
  readonly isFrozen: boolean;
  /** Whether bucket 0 is the newest one counted. */
  readonly hasNewestBucket: boolean;
}

export const LEAST_CLEAN_BUCKETS = 6;

export const isDirty = (fromMs: number, toMs: number, dirty: readonly DirtySpan[]): boolean =>
  dirty.some((span) => span.from.getTime() < toMs && (span.to === null || span.to.getTime() > fromMs));

const nonEmpty = (values: readonly number[]): number => values.filter((value) => value > 0).length;

/** Of the oldest bucket that holds rows. */
const ageOf = (values: readonly number[]): number => values.findLastIndex((value) => value > 0) + 1;

const unitOf = (counts: ServiceCounts, live: Counts): RowUnit => {
  if (nonEmpty(live.requests) > 0) return 'requests';
  if (nonEmpty(live.lines) > 0) return 'log lines';
  return sumOfNewest(counts.slots.requests, CURRENT_SLOTS.length) > 0 ? 'requests' : 'log lines';
};

/** The clean buckets of the last hour and since `usualSince`, or the frozen ones while fewer than six are clean. */
export const selectBaseline = (
  counts: ServiceCounts,
  guard: BaselineGuard,
  at: Date,
  usualSince: Date | null = null,
): ServiceBaseline => {
  const bucketsAt = counts.buckets?.countedAt ?? at;
  const live = baselineOf(counts.slots);
  const unit = guard.frozen?.unit ?? unitOf(counts, live);
  const total = totalField(unit);
  const dirty = notUsual(guard, usualSince);
  const isClean = Array.from({ length: BASELINE_BUCKETS }, (_, bucket) => {
    const { fromMs, toMs } = bucketSpan(bucket, bucketsAt);
    return !isDirty(fromMs, toMs, dirty);
  });
  const cleanBuckets = live[total].filter((rows, bucket) => rows > 0 && isClean[bucket] === true).length;
  const sinceBuckets = usualSince ? (bucketsAt.getTime() - CURRENT_MS - usualSince.getTime()) / BUCKET_MS : Infinity;
  const knownBuckets = Math.max(ageOf(live[total]), guard.frozen ? ageOf(guard.frozen.buckets[total]) : 0);
  // With a new normal it is as good as new.
  const ageBuckets = Math.max(0, Math.min(knownBuckets, Math.floor(sinceBuckets)));
  // A service with little traffic may never have six: it waits for the last dirty bucket to pass.
  if (guard.frozen && guard.dirty.length > 0 && cleanBuckets < LEAST_CLEAN_BUCKETS) {
    return { unit, buckets: guard.frozen.buckets, ageBuckets, isFrozen: true, hasNewestBucket: false };
  }
  return {
    unit,
    buckets: dirty.length === 0 ? live : mapCounts(live, (values) => values.filter((_, b) => isClean[b])),
    ageBuckets,
    isFrozen: false,
    hasNewestBucket: isClean[0] === true,
  };
};

export const samplesOf = (baseline: ServiceBaseline, kind: CountedKind): readonly Sample[] => {
  const bad = baseline.buckets[badField(kind, baseline.unit)];
  return baseline.buckets[totalField(baseline.unit)].map((n, bucket) => ({ k: bad[bucket] ?? 0, n }));
};
