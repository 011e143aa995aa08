import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaBinomialQuantile, betaBinomialUpperTail } from '#statistics/beta-binomial.ts';

const shape = fc.double({ min: 0.01, max: 5_000, noNaN: true });
const sample = fc.integer({ min: 1, max: 400 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));

describe('betaBinomialUpperTail', () => {
  it('is uniform for alpha = beta = 1', () => {
    for (let k = 0; k <= 10; k += 1) {
      expect(betaBinomialUpperTail(k, 10, 1, 1)).toBeCloseTo((11 - k) / 11, 12);
    }
  });

  it('comes close to the binomial for a great concentration', () => {
    // Pr(X ≥ 3), X ~ Binomial(10, 0.1).
    expect(betaBinomialUpperTail(3, 10, 1e8, 9e8)).toBeCloseTo(0.070_190_826_4, 7);
  });

  it('is certain for none, and impossible for more than all', () => {
    expect(betaBinomialUpperTail(0, 10, 2, 3)).toBe(1);
    expect(betaBinomialUpperTail(11, 10, 2, 3)).toBe(0);
  });

  it('adds up with the tail of the complement', () => {
    fc.assert(
      fc.property(sample, shape, shape, ([k, n], alpha, beta) => {
        const sum = betaBinomialUpperTail(k, n, alpha, beta) + betaBinomialUpperTail(n - k + 1, n, beta, alpha);
        return Math.abs(sum - 1) < 1e-9;
      }),
    );
  });

  it('never rises with k', () => {
    fc.assert(
      fc.property(sample, shape, shape, ([k, n], alpha, beta) => {
        const here = betaBinomialUpperTail(k, n, alpha, beta);
        return betaBinomialUpperTail(k + 1, n, alpha, beta) <= here * (1 + 1e-12);
      }),
    );
  });

  it('keeps the digits of a far tail', () => {
    // n = 3, all bad: alpha(alpha+1)(alpha+2) / ((alpha+beta)(alpha+beta+1)(alpha+beta+2)).
    const [alpha, beta] = [1e-30, 100];
    const exact = (alpha * (alpha + 1) * (alpha + 2)) / ((alpha + beta) * (alpha + beta + 1) * (alpha + beta + 2));
    expect(Math.abs(betaBinomialUpperTail(3, 3, alpha, beta) / exact - 1)).toBeLessThan(1e-10);
  });
});

describe('betaBinomialQuantile', () => {
  it('is the smallest k that reaches the probability', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        shape,
        shape,
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, alpha, beta, probability) => {
          const k = betaBinomialQuantile(probability, n, alpha, beta);
          const upTo = (limit: number): number => 1 - betaBinomialUpperTail(limit + 1, n, alpha, beta);
          return upTo(k) >= probability && (k === 0 || upTo(k - 1) < probability);
        },
      ),
    );
  });
});
