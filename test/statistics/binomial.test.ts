import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binomialLowerTail, binomialUpperTail } from '#statistics/binomial.ts';
import { adjustForDiscoveries } from '#statistics/false-discovery-rate.ts';
import { rateRatio } from '#statistics/rate-ratio.ts';

const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n, k - 1) * (n - k + 1)) / k);

describe('the binomial tails', () => {
  it('are the sums of the masses', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: -1, max: 32 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (n, k, p) => {
          let sum = 0;
          for (let j = Math.max(0, k); j <= n; j += 1) sum += choose(n, j) * p ** j * (1 - p) ** (n - j);
          expect(binomialUpperTail(k, n, p)).toBeCloseTo(sum, 10);
          expect(binomialLowerTail(k - 1, n, p)).toBeCloseTo(1 - sum, 10);
        },
      ),
    );
  });

  it('keep the digits of what is nearly impossible', () => {
    expect(binomialUpperTail(300, 300, 0.1) / 1e-300).toBeCloseTo(1, 8);
  });

  it('are the same for a million trials as the normal approximation, roughly', () => {
    expect(binomialUpperTail(501_000, 1_000_000, 0.5)).toBeCloseTo(0.0228, 3);
  });
});

describe('adjusting for discoveries', () => {
  it('multiplies each p-value by the number of tests over its rank, and keeps their order', () => {
    const adjusted = adjustForDiscoveries([0.01, 0.04, 0.03, 0.5]);
    const expected = [0.04, 0.16 / 3, 0.16 / 3, 0.5];
    for (const [index, value] of adjusted.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 12);
    expect(adjustForDiscoveries([])).toEqual([]);
  });
});

describe('a ratio of rates', () => {
  it('has an interval around it that bursts widen', () => {
    const calm = rateRatio({ count: 60, duration: 30 }, { count: 480, duration: 1440 }, 1);
    const bursty = rateRatio({ count: 60, duration: 30 }, { count: 480, duration: 1440 }, 5);
    expect(calm.ratio).toBeCloseTo(6.04, 2);
    expect(calm.low).toBeGreaterThan(4.4);
    expect(calm.high).toBeLessThan(8);
    expect(bursty.low).toBeLessThan(calm.low);
    expect(bursty.high).toBeGreaterThan(calm.high);
  });

  it('is open above where the baseline had nothing', () => {
    const ratio = rateRatio({ count: 6, duration: 30 }, { count: 0, duration: 1440 }, 1);
    expect(ratio.high).toBe(Infinity);
    expect(ratio.low).toBeGreaterThan(50);
  });
});
