import type { FiveMinutes } from './service-window.ts';

// The rule that many systems begin with, faults included: a z-score of the current five
// minutes against twelve buckets, on their population standard deviation; errors are counted,
// not rated; a bucket without errors is missing; no variance means nothing is ever found.
const LEAST_POINTS = 10;
const PAGE_AT = 3.5;

const isOut = (now: number, before: readonly number[]): boolean => {
  if (before.length < LEAST_POINTS) return false;
  const mean = before.reduce((sum, value) => sum + value, 0) / before.length;
  const deviation = Math.sqrt(before.reduce((sum, value) => sum + (value - mean) ** 2, 0) / before.length);
  return deviation > 0 && (now - mean) / deviation >= PAGE_AT;
};

/** Whether the reference rule pages for errors, and for latency. */
export const judgeByReference = (
  now: FiveMinutes | undefined,
  before: readonly FiveMinutes[],
): { readonly errors: boolean; readonly latency: boolean } => {
  if (!now) return { errors: false, latency: false };
  return {
    errors: isOut(
      now.failed,
      before.flatMap(({ failed }) => (failed > 0 ? [failed] : [])),
    ),
    latency:
      now.p99Ms !== null &&
      isOut(
        now.p99Ms,
        before.flatMap(({ p99Ms }) => p99Ms ?? []),
      ),
  };
};
