import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  complementaryErrorFunction,
  normalUpperTail,
  normalUpperTailInverse,
} from '#statistics/normal-distribution.ts';

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.abs(b);

describe('complementaryErrorFunction', () => {
  it.each([
    [0, 1],
    [0.5, 0.479_500_122_186_953_46],
    [1, 0.157_299_207_050_285_13],
    [2, 0.004_677_734_981_047_266],
    [2.3, 0.001_143_176_597_356_652_3],
    [3, 2.209_049_699_858_544e-5],
    [5, 1.537_459_794_428_034_8e-12],
    [10, 2.088_487_583_762_545e-45],
    [20, 5.395_865_611_607_901e-176],
    [26, 5.663_192_408_856_143e-296],
  ])('is exact to ten digits and more at %d', (x, expected) => {
    expect(relative(complementaryErrorFunction(x), expected)).toBeLessThan(1e-12);
  });

  it('mirrors at zero', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6, noNaN: true }),
        (x) => Math.abs(complementaryErrorFunction(-x) + complementaryErrorFunction(x) - 2) < 1e-15,
      ),
    );
  });

  it('falls without a step where the series hands over to the fraction', () => {
    const step = 1e-9;
    const slope = (complementaryErrorFunction(2.2 - step) - complementaryErrorFunction(2.2 + step)) / (2 * step);
    expect(relative(slope, (2 / Math.sqrt(Math.PI)) * Math.exp(-(2.2 ** 2)))).toBeLessThan(1e-4);
  });
});

describe('normalUpperTailInverse', () => {
  it('undoes the upper tail from the centre to z = 37', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 37, noNaN: true }), (z) => {
        const found = normalUpperTailInverse(normalUpperTail(z));
        return Math.abs(found - z) / Math.max(1, Math.abs(z)) < 1e-10;
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    [0.5, 0],
    [0.025, 1.959_963_984_540_054],
    [2.866_515_718_791_933e-7, 5],
    [7.619_853_024_160_525e-24, 10],
  ])('knows the z of %d', (p, z) => {
    expect(normalUpperTailInverse(p)).toBeCloseTo(z, 10);
  });

  it('is infinite at the ends', () => {
    expect(normalUpperTailInverse(0)).toBe(Number.POSITIVE_INFINITY);
    expect(normalUpperTailInverse(1)).toBe(Number.NEGATIVE_INFINITY);
  });
});
