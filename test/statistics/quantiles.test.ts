import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile } from '#statistics/quantiles.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('quantile', () => {
  it('interpolates between order statistics', () => {
    expect(quantile([20, 1, 3, 8, 3], 0.9)).toBeCloseTo(15.2, 12);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('is null of nothing', () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(median([])).toBeNull();
  });

  it('stays within the values and leaves them as they were', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (input, q) => {
        const copy = [...input];
        const found = quantile(input, q) ?? Number.NaN;
        expect(input).toEqual(copy);
        return found >= Math.min(...input) - 1e-9 && found <= Math.max(...input) + 1e-9;
      }),
    );
  });
});
