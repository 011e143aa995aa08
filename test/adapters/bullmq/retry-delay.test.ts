import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryDelayMs } from '#adapters/bullmq/retry-delay.ts';
import { AppError } from '#kernel/errors.ts';

const FAULT = new Error('away');

describe('retryDelayMs', () => {
  test('doubles with each attempt, up to 64 times the first', () => {
    const waits = [1, 2, 3, 7, 8, 50].map((attempt) => retryDelayMs(() => 1, 100, attempt, FAULT));
    expect(waits).toEqual([100, 200, 400, 6_400, 6_400, 6_400]);
  });

  test('lies between half of the wait and all of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 40 }), (random, attempt) => {
        const wait = retryDelayMs(() => random, 1_000, attempt, FAULT);
        const most = 1_000 * Math.min(2 ** (attempt - 1), 64);
        expect(wait).toBeGreaterThanOrEqual(most / 2);
        expect(wait).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('is never less than the fault asks for', () => {
    const limited = new AppError({
      code: 'rate-limited',
      isRetryable: true,
      userMessage: 'Slow.',
      retryAfterMs: 9_000,
    });
    expect(retryDelayMs(() => 0.5, 100, 1, limited)).toBe(9_000);
  });
});
