import { MINUTE_MS } from '../kernel/duration.ts';
import type { Coverage } from './coverage.ts';

export interface CheckPlan {
  /** Times of the checks in ms, in order. */
  readonly checks: readonly number[];
  /** Times without any line, long enough to be told. */
  readonly pauses: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** There would be more checks than MOST_CHECKS. */
  readonly isTooLong: boolean;
}

export interface CheckTimes {
  readonly stepMs: number;
  /** A check sees what is older than this. */
  readonly lagMs: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Five weeks at 30 s. */
export const MOST_CHECKS = 100_000;
const TOLD_PAUSE_MS = 10 * MINUTE_MS;
// A check looks back 65 minutes: beyond them, and one tick of baselines more, it sees nothing at all.
const SEEN_PAUSE_MS = 70 * MINUTE_MS;

interface Stretch {
  readonly fromMs: number;
  /** Of the last line in it, or the end of its minute. */
  readonly toMs: number;
}

/**
 * When to check: at each multiple of the step from the first line to the last, as a running Sentinel
 * would. Pauses of more than 70 minutes are left out after their first 70, as if it had been stopped.
 */
export const planChecks = (
  coverage: Pick<Coverage, 'firstMs' | 'lastMs' | 'minutes'>,
  times: CheckTimes,
): CheckPlan => {
  const { firstMs, lastMs } = coverage;
  if (firstMs === null || lastMs === null) return { checks: [], pauses: [], isTooLong: false };
  const minutes = coverage.minutes();
  const pauses = minutes.flatMap((minute, index) => {
    const fromMs = (minutes[index - 1] ?? minute) + MINUTE_MS;
    return minute - fromMs >= TOLD_PAUSE_MS ? [{ fromMs, toMs: minute }] : [];
  });
  const checks: number[] = [];
  for (const { fromMs, toMs } of stretchesOf(firstMs, lastMs, pauses)) {
    const begin = Math.max(nextMultiple(fromMs + times.lagMs, times.stepMs), times.fromMs ?? 0);
    const end = Math.min(nextMultiple(toMs + times.lagMs, times.stepMs), times.toMs ?? Infinity);
    for (let at = nextMultiple(begin - 1, times.stepMs); at <= end; at += times.stepMs) {
      if (checks.length === MOST_CHECKS) return { checks, pauses, isTooLong: true };
      if (at > (checks.at(-1) ?? 0)) checks.push(at);
    }
  }
  return { checks, pauses, isTooLong: false };
};

const stretchesOf = (firstMs: number, lastMs: number, pauses: CheckPlan['pauses']): readonly Stretch[] => {
  const long = pauses.filter(({ fromMs, toMs }) => toMs - fromMs > SEEN_PAUSE_MS);
  const starts = [firstMs, ...long.map(({ toMs }) => toMs)];
  const ends = [...long.map(({ fromMs }) => fromMs + SEEN_PAUSE_MS), lastMs];
  return starts.map((fromMs, index) => ({ fromMs, toMs: ends[index] ?? lastMs }));
};

/** The first multiple of the step after a time. */
const nextMultiple = (ms: number, stepMs: number): number => (Math.floor(ms / stepMs) + 1) * stepMs;
