import { normalUpperTailInverse } from '#statistics/normal-distribution.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { HIGHEST_SCORE } from './fit-baseline.ts';
import type { ServiceCounts } from './service-counts.ts';
import { CURRENT_SLOTS, sumOfNewest } from './slots.ts';

/** Silence is judged over the newest slots, longest last; the last one reaches into the first bucket. */
const SILENCE_WINDOWS = [
  { minutes: 2, slots: 4 },
  { minutes: 3, slots: 5 },
  { minutes: 5, slots: 6 },
  { minutes: 10, slots: 7 },
] as const;

const LONGEST_MS = SILENCE_WINDOWS[3].minutes * MINUTE_MS;

// 8 of 12 buckets before must hold rows; of fewer clean ones the same share.
const LEAST_NON_EMPTY_SHARE = 8 / 12;
const LEAST_BUCKETS = 6;
const SHAPE_LIMITS = { least: 0.05, most: 20 } as const;

/**
 * z of seeing nothing for `minutes`, given rows per bucket of five minutes before: the zero
 * term of a negative binomial whose shape comes from the buckets' mean and sample variance.
 */
export const silenceScore = (buckets: readonly number[], minutes: number): number => {
  if (buckets.length < 2) return 0;
  const mean = sumOfNewest(buckets, buckets.length) / buckets.length;
  if (mean <= 0) return 0;
  const variance = buckets.reduce((sum, rows) => sum + (rows - mean) ** 2, 0) / (buckets.length - 1);
  const shape =
    variance <= mean
      ? SHAPE_LIMITS.most
      : Math.max(SHAPE_LIMITS.least, Math.min(SHAPE_LIMITS.most, mean ** 2 / (variance - mean)));
  const nothing = (1 + (mean * minutes) / 5 / shape) ** -shape;
  return Math.max(0, Math.min(HIGHEST_SCORE, normalUpperTailInverse(nothing)));
};

/** Enough of the buckets before held rows for silence to mean something. */
export const isUsuallySeen = (buckets: readonly number[]): boolean =>
  buckets.length >= LEAST_BUCKETS &&
  buckets.filter((rows) => rows > 0).length >= LEAST_NON_EMPTY_SHARE * buckets.length;

/**
 * Rows of the slots that silence is judged over. Buckets counted earlier end before the
 * current slots begin: there the time a service was last seen tells of 5 to 10 min ago.
 */
export const linesForSilence = ({ slots, lastSeenAt, buckets }: ServiceCounts, at: Date): readonly number[] => {
  if (!buckets) return slots.lines;
  const isSeen = lastSeenAt !== null && at.getTime() - lastSeenAt.getTime() < LONGEST_MS;
  return slots.lines.with(CURRENT_SLOTS.length, isSeen ? 1 : 0);
};

export interface SilenceJudgement {
  readonly score: number;
  /** `unknown`: nothing was seen, but nothing could have been seen either for that long. */
  readonly state: 'seen' | 'silent' | 'unknown';
}

/**
 * Scores the longest spans up to T without any row. Only the last `sightedMs` count: before
 * them Sentinel itself was blind, or nothing arrived from anybody.
 */
export const judgeSilence = (
  slots: readonly number[],
  buckets: readonly number[],
  hasNewestBucket: boolean,
  sightedMs: number,
): SilenceJudgement => {
  if (sumOfNewest(slots, SILENCE_WINDOWS[0].slots) > 0) return { score: 0, state: 'seen' };
  let score = 0;
  let isKnown = false;
  for (const { minutes, slots: length } of SILENCE_WINDOWS) {
    if (minutes * MINUTE_MS > sightedMs || sumOfNewest(slots, length) > 0) break;
    isKnown = true;
    const before = minutes === 10 && hasNewestBucket ? buckets.slice(1) : buckets;
    if (isUsuallySeen(before)) score = Math.max(score, silenceScore(before, minutes));
  }
  return { score, state: isKnown ? 'silent' : 'unknown' };
};
