import { isAppError } from '#kernel/errors.ts';
import type { Random } from '#kernel/random.ts';

const MOST_DOUBLINGS = 6;

/**
 * Milliseconds to wait after the given failed attempt (from 1): `backoffMs`, doubled for
 * each further attempt up to 64 times it, of which the second half is random so that jobs
 * that failed together do not come back together ("equal jitter", AWS Architecture Blog,
 * "Exponential Backoff and Jitter", 2015). Never less than the fault itself asks for.
 */
export const retryDelayMs = (random: Random, backoffMs: number, attempt: number, error: unknown): number => {
  const fullMs = backoffMs * 2 ** Math.min(attempt - 1, MOST_DOUBLINGS);
  const jitteredMs = Math.round(fullMs / 2 + (random() * fullMs) / 2);
  const askedMs = isAppError(error) ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(jitteredMs, askedMs);
};
