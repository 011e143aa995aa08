import { CURRENT_MS, CURRENT_SLOTS } from './slots.ts';

// Twice the gain is chi-squared with one degree of freedom: 8 is beyond 99 %, and six slots are asked.
const LEAST_GAIN = 4;

const gainOf = (k: number, n: number, usual: number): number => {
  if (n === 0 || k / n <= usual) return 0;
  const now = k / n;
  return k * Math.log(now / usual) + (n > k ? (n - k) * Math.log((1 - now) / (1 - usual)) : 0);
};

/**
 * How long before T the bad rows ended, asked in the first tick whose five minutes are calm: at the newer
 * edge of the newest slot that is still bad by itself, else where the five minutes begin. Of the oldest
 * slot so little can be bad that its older edge is nearer.
 */
export const estimateEndAge = (
  badBySlot: readonly number[],
  rowsBySlot: readonly number[],
  usualRate: number,
): number => {
  const newest = CURRENT_SLOTS.slice(0, -1).find(
    (_, slot) => gainOf(badBySlot[slot] ?? 0, rowsBySlot[slot] ?? 0, usualRate) >= LEAST_GAIN,
  );
  return newest?.youngestMs ?? CURRENT_MS;
};
