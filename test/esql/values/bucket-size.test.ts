import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickBucketSpan, pickBucketWidth } from '#esql/values/bucket-size.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MIDNIGHT = Date.UTC(2026, 10, 21);

const spanOf = (buckets: number, fromMs: number, toMs: number): string => {
  const { amount, unit } = pickBucketSpan(buckets, fromMs, toMs);
  return `${amount} ${unit}`;
};

describe('pickBucketSpan', () => {
  test.each([
    [12, 6 * HOUR_MS, '30 minute'],
    [40, 6 * HOUR_MS, '10 minute'],
    [3, 6 * HOUR_MS, '3 hour'],
    [10, 60 * DAY_MS, '1 week'],
    [5, 60 * DAY_MS, '1 month'],
    [1, 1, '1 millisecond'],
    [10, 1000, '100 millisecond'],
    [60, HOUR_MS, '1 minute'],
    [2, 1000 * DAY_MS, '1 year'],
    [1000, DAY_MS, '5 minute'],
  ])('at most %i buckets over %i ms are of %s', (buckets, lengthMs, expected) => {
    expect(spanOf(buckets, MIDNIGHT, MIDNIGHT + lengthMs)).toBe(expected);
  });

  test('a range that begins inside a bucket needs one more', () => {
    expect(spanOf(6, MIDNIGHT, MIDNIGHT + 3 * HOUR_MS)).toBe('30 minute');
    expect(spanOf(6, MIDNIGHT + 1, MIDNIGHT + 3 * HOUR_MS + 1)).toBe('1 hour');
  });

  test('weeks start on Monday', () => {
    const monday = Date.UTC(2026, 10, 16);
    expect(spanOf(1, monday, monday + 7 * DAY_MS)).toBe('1 week');
    expect(spanOf(1, monday - 1, monday + 7 * DAY_MS - 1)).toBe('1 month');
  });
});

describe('pickBucketWidth', () => {
  test.each([
    [8, 0, 300, 50],
    [5, 0, 300, 100],
    [10, 0, 100, 10],
    [20, 0, 1, 0.1],
  ])('%i buckets of %d to %d are %d wide', (buckets, from, to, width) => {
    expect(pickBucketWidth(buckets, from, to)).toBeCloseTo(width, 12);
  });

  test('never makes more buckets than are asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1_000_000 }), (buckets, length) => {
        expect(length / pickBucketWidth(buckets, 0, length)).toBeLessThanOrEqual(buckets * (1 + 1e-9));
      }),
    );
  });
});
