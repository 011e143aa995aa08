import { setTimeout as wait } from 'node:timers/promises';
import { errors } from '@elastic/elasticsearch';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Random } from '#kernel/random.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface RetryDeps {
  readonly random: Random;
  readonly metrics: Pick<Metrics, 'increment'>;
}

export interface RetryLimits {
  readonly attempts: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 5 * SECOND_MS;

/** Exponential with full jitter, so that those who were refused together do not come back together. */
export const retryDelayMs = (random: Random, attempt: number): number =>
  Math.round(random() * Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));

const PASSING = [429, 502, 503, 504];

/** Worth another try: a server that is busy, away or restarting. Not one that ran out of memory on this very request. */
export const isPassing = (error: unknown): boolean => {
  if (error instanceof errors.ResponseError) {
    const body = error.body as { readonly error?: { readonly type?: string } } | undefined;
    return PASSING.includes(error.statusCode ?? 0) && body?.error?.type !== 'circuit_breaking_exception';
  }
  return error instanceof errors.ConnectionError || error instanceof errors.NoLivingConnectionsError;
};

const retryAfterMs = (error: unknown): number => {
  const seconds = error instanceof errors.ResponseError ? Number(error.headers?.['retry-after']) : Number.NaN;
  return Number.isFinite(seconds) ? seconds * SECOND_MS : 0;
};

/**
 * Runs requests that are safe to repeat until one succeeds, within a number of attempts and a
 * time; `run` itself ends each of its requests. The client's own retries are off: it repeats a 503 at once, and a 429 not at all.
 */
export const withRetries = async <Result>(
  { random, metrics }: RetryDeps,
  operation: string,
  { attempts, timeoutMs, signal }: RetryLimits,
  run: () => Promise<Result>,
): Promise<Result> => {
  const endsAt = performance.now() + timeoutMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const delayMs = Math.max(retryDelayMs(random, attempt), retryAfterMs(error));
      if (!isPassing(error) || attempt + 1 >= attempts || delayMs >= endsAt - performance.now()) throw error;
      metrics.increment('sentinel_telemetry_retries_total', { operation });
      await wait(delayMs, undefined, signal ? { signal } : {}).catch(() => {
        throw error;
      });
    }
  }
};
