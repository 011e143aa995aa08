import type { Evidence } from '#kernel/anomaly.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type BaselineFit, fitBaseline, type Sample, type SpreadMemory } from './fit-baseline.ts';
import { scoreWindow } from './score-window.ts';
import { type DirtySpan, isDirty } from './service-baseline.ts';
import { BUCKET_MS } from './slots.ts';

/** Half an hour of errors against the hours before: a rise too slow for the last hour to show. */
export interface SlowBurn {
  readonly score: number;
  readonly k: number;
  readonly n: number;
  readonly fit: BaselineFit;
  /** The half hour. */
  readonly window: TimeWindow;
  /** Start of the first of its buckets that is above the usual rate. */
  readonly since: Date;
  /** End of each bucket in milliseconds since 1970, its rows and the failed ones, oldest first. */
  readonly buckets: readonly (readonly [endMs: number, n: number, k: number])[];
}

const RECENT_BUCKETS = 6;
const LEAST_BUCKETS_BEFORE = 12;
const LEAST_SCORE = 2.5;
const LEAST_BAD = 4;
const LEAST_EXCESS = 0.005;
const LEAST_RATIO = 2;
const LEAST_BUCKETS_WITH_ERRORS = 3;

export const SLOW_BURN_WORDS = 'a slow rise: the last half hour against the hours before';

/** Null: no slow burn. `ends` and `samples` are of one length, oldest first; dirty buckets are neither side of it. */
export const judgeSlowBurn = (
  ends: readonly number[],
  samples: readonly Sample[],
  memory: SpreadMemory,
  dirty: readonly DirtySpan[],
): SlowBurn | null => {
  const recent = samples.slice(-RECENT_BUCKETS);
  const recentEnds = ends.slice(-RECENT_BUCKETS);
  const isClean = (endMs: number): boolean => !isDirty(endMs - BUCKET_MS, endMs, dirty);
  // What an incident left in the last half hour has been told.
  if (!recentEnds.every(isClean)) return null;
  const before = samples.slice(0, -RECENT_BUCKETS).filter(({ n }, index) => n > 0 && isClean(ends[index] ?? 0));
  if (before.length < LEAST_BUCKETS_BEFORE) return null;
  const fit = fitBaseline('error', before, memory);
  const k = recent.reduce((sum, sample) => sum + sample.k, 0);
  const n = recent.reduce((sum, sample) => sum + sample.n, 0);
  const score = scoreWindow(k, n, fit);
  if (score < LEAST_SCORE || k < LEAST_BAD) return null;
  if (k / n - fit.p < LEAST_EXCESS || k / n < LEAST_RATIO * fit.p) return null;
  if (recent.filter((sample) => sample.k > 0).length < LEAST_BUCKETS_WITH_ERRORS) return null;
  const first = recent.findIndex((sample) => sample.n > 0 && sample.k / sample.n > fit.p);
  return {
    score,
    k,
    n,
    fit,
    window: { from: new Date((recentEnds[0] ?? 0) - BUCKET_MS), to: new Date(recentEnds.at(-1) ?? 0) },
    since: new Date((recentEnds[Math.max(0, first)] ?? 0) - BUCKET_MS),
    buckets: ends.map((endMs, index) => [endMs, samples[index]?.n ?? 0, samples[index]?.k ?? 0]),
  };
};

/** The query by which the buckets were counted one after the other, and what each of them held. */
export const evidenceOfBurn = (evidence: Evidence, { buckets, window }: SlowBurn): Evidence => {
  const { query, parameters } = evidence;
  const firstMs = (buckets[0]?.[0] ?? window.from.getTime()) - BUCKET_MS;
  const counted = { query, parameters, columns: ['bucket_end', 'n', 'e'] };
  const inWindow = ([endMs]: readonly [number, number, number]): boolean => endMs > window.from.getTime();
  return {
    ...counted,
    window,
    rows: buckets.filter(inWindow),
    baseline: {
      ...counted,
      window: { from: new Date(firstMs), to: window.from },
      rows: buckets.filter((bucket) => !inWindow(bucket)),
    },
  };
};
