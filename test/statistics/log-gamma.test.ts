import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logGamma, logRisingFactorial } from '#statistics/log-gamma.ts';

const relativeTo = (a: number, b: number): number => Math.abs(a - b) / Math.max(1, Math.abs(b));

describe('logGamma', () => {
  it('is the logarithm of the factorial for whole numbers', () => {
    let factorial = 1;
    for (let n = 1; n <= 20; n += 1) {
      expect(relativeTo(logGamma(n), Math.log(factorial))).toBeLessThan(1e-14);
      factorial *= n;
    }
  });

  it('knows the half-integer values in closed form', () => {
    expect(relativeTo(logGamma(0.5), Math.log(Math.PI) / 2)).toBeLessThan(1e-14);
    expect(relativeTo(logGamma(2.5), Math.log(1.329_340_388_179_137))).toBeLessThan(1e-14);
    // Abramowitz & Stegun, table 6.1 and 6.4.
    expect(relativeTo(logGamma(101), 363.739_375_555_563_5)).toBeLessThan(1e-14);
  });

  it('obeys the recurrence Γ(x+1) = x Γ(x) over twelve decades', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 8, noNaN: true }), (exponent) => {
        const x = 10 ** exponent;
        return relativeTo(logGamma(x + 1), logGamma(x) + Math.log(x)) < 1e-13;
      }),
    );
  });

  it('obeys the duplication formula', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 5_000, noNaN: true }), (x) => {
        const doubled = (2 * x - 1) * Math.LN2 - Math.log(Math.PI) / 2 + logGamma(x) + logGamma(x + 0.5);
        return relativeTo(logGamma(2 * x), doubled) < 1e-12;
      }),
    );
  });
});

describe('logRisingFactorial', () => {
  it('is the logarithm of x (x+1) … (x+m−1), also for an x that would swallow the difference', () => {
    fc.assert(
      fc.property(fc.double({ min: -2, max: 12, noNaN: true }), fc.integer({ min: 0, max: 60 }), (exponent, m) => {
        const x = 10 ** exponent;
        let sum = 0;
        for (let i = 0; i < m; i += 1) sum += Math.log(x + i);
        return relativeTo(logRisingFactorial(x, m), sum) < 1e-12;
      }),
    );
  });
});
