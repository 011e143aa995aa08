import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BaselineFit,
  fitBaseline,
  NO_MEMORY,
  rememberSpread,
  scoreSample,
  type Sample,
  type SpreadMemory,
} from '#capabilities/detection/judge/fit-baseline.ts';
import { betaBinomialUpperTail } from '#statistics/beta-binomial.ts';
import { normalUpperTailInverse } from '#statistics/normal-distribution.ts';
import { expectedRates, scoreWindow, smallestVisibleRate } from '#capabilities/detection/judge/score-window.ts';
import type { CountedKind } from '#capabilities/detection/judge/service-counts.ts';
import { BASELINE_A, equalBuckets } from '../support/service-ticks.ts';

const of = (n: number, ...ks: readonly number[]): readonly Sample[] => ks.map((k) => ({ k, n }));

interface Vector {
  readonly name: string;
  readonly kind?: CountedKind;
  readonly baseline: readonly Sample[];
  readonly memory?: SpreadMemory;
  readonly k: number;
  readonly n: number;
  readonly p: string;
  readonly phi: string;
  readonly z: string;
}

const VECTORS: readonly Vector[] = [
  {
    name: '1: three errors, never one before',
    baseline: equalBuckets(0, 100),
    k: 3,
    n: 60,
    p: '0.000384',
    phi: '1.000000',
    z: '4.046402',
  },
  {
    name: '2: one error, never one before',
    baseline: equalBuckets(0, 100),
    k: 1,
    n: 60,
    p: '0.000384',
    phi: '1.000000',
    z: '2.008186',
  },
  {
    name: '3: more traffic, never one before',
    baseline: equalBuckets(0, 1_000),
    k: 12,
    n: 600,
    p: '0.000041',
    phi: '1.000000',
    z: '8.423063',
  },
  {
    name: '4: ten times the usual',
    baseline: BASELINE_A,
    k: 30,
    n: 600,
    p: '0.005000',
    phi: '1.000000',
    z: '8.622612',
  },
  {
    name: '5: a surge at the usual rate',
    baseline: BASELINE_A,
    k: 20,
    n: 4_000,
    p: '0.005000',
    phi: '1.000000',
    z: '0.000000',
  },
  { name: '6: below usual', baseline: BASELINE_A, k: 2, n: 600, p: '0.005000', phi: '1.000000', z: '0.000000' },
  { name: '7: no requests', baseline: BASELINE_A, k: 0, n: 0, p: '0.005000', phi: '1.000000', z: '0.000000' },
  {
    name: '8: a clustered day in memory',
    baseline: BASELINE_A,
    memory: { squares: 400, count: 100 },
    k: 30,
    n: 600,
    p: '0.005000',
    phi: '3.841509',
    z: '3.588511',
  },
  {
    name: '9: one bad bucket is trimmed',
    baseline: BASELINE_A.with(2, { k: 60, n: 1_000 }),
    k: 30,
    n: 600,
    p: '0.004910',
    phi: '1.000000',
    z: '8.624576',
  },
  {
    name: '10: clustered errors',
    baseline: of(1_000, 0, 12, 0, 1, 15, 0, 3, 0, 18, 2, 0, 9),
    k: 30,
    n: 600,
    p: '0.001703',
    phi: '2.290159',
    z: '5.372808',
  },
  {
    name: '11: little traffic, some errors',
    baseline: of(100, 1, 0, 2, 1, 1, 1, 0, 2, 1, 1, 1, 1),
    k: 12,
    n: 60,
    p: '0.009612',
    phi: '1.000000',
    z: '6.582827',
  },
  {
    name: '12: all of eight fail',
    baseline: equalBuckets(0, 20),
    k: 8,
    n: 8,
    p: '0.001468',
    phi: '1.000000',
    z: '8.330104',
  },
  {
    name: '13: all of very many fail',
    baseline: equalBuckets(20, 20_000),
    k: 4_000,
    n: 4_000,
    p: '0.001002',
    phi: '1.000000',
    z: '10.000000',
  },
  { name: '14: three buckets', baseline: of(100, 0, 1, 0), k: 8, n: 60, p: '0.003745', phi: '1.125042', z: '4.560973' },
  { name: '15: never seen before', baseline: [], k: 8, n: 60, p: '0.004975', phi: '1.200000', z: '2.240611' },
  {
    name: '16: empty buckets between',
    baseline: [100, 0, 100, 100, 0, 100, 100, 100].map((n) => ({ k: 0, n })),
    k: 4,
    n: 60,
    p: '0.000714',
    phi: '1.000000',
    z: '4.265005',
  },
  {
    name: '17: median, steady',
    kind: 'mid',
    baseline: of(1_000, 330, 340, 325, 335, 320, 345, 330, 338, 329, 331, 342, 326),
    k: 240,
    n: 600,
    p: '0.332583',
    phi: '1.223369',
    z: '3.005650',
  },
  {
    name: '18: median, wandering',
    kind: 'mid',
    baseline: of(1_000, 330, 450, 225, 335, 260, 405, 330, 238, 429, 331, 342, 256),
    k: 420,
    n: 600,
    p: '0.294118',
    phi: '7.630946',
    z: '7.079243',
  },
  {
    name: '19: tail',
    kind: 'tail',
    baseline: of(1_000, 7, 8, 6, 9, 7, 5, 8, 7, 6, 9, 8, 7),
    k: 30,
    n: 600,
    p: '0.007231',
    phi: '1.000000',
    z: '7.639154',
  },
  {
    name: '20: tail, little traffic',
    kind: 'tail',
    baseline: of(100, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0),
    k: 3,
    n: 60,
    p: '0.002691',
    phi: '1.000000',
    z: '3.064139',
  },
];

describe('fitBaseline and scoreWindow', () => {
  it.each(VECTORS)('gives the value of vector $name', ({ kind = 'error', baseline, memory, k, n, p, phi, z }) => {
    const fit = fitBaseline(kind, baseline, memory ?? NO_MEMORY);
    expect(fit.p.toFixed(6)).toBe(p);
    expect(fit.phi.toFixed(6)).toBe(phi);
    expect(scoreWindow(k, n, fit).toFixed(6)).toBe(z);
  });

  it('trims at most three bad buckets and says how many', () => {
    const fit = fitBaseline(
      'error',
      BASELINE_A.map((sample, bucket) => (bucket < 5 ? { k: 300 + bucket, n: 1_000 } : sample)),
    );
    expect(fit.bucketsTrimmed).toBeLessThanOrEqual(3);
    expect(fitBaseline('error', BASELINE_A.with(0, { k: 400, n: 1_000 }))).toMatchObject({
      bucketsTrimmed: 1,
      bucketsKept: 11,
    });
  });

  it('gives finite numbers whatever the baseline', () => {
    const sample = fc
      .integer({ min: 0, max: 50_000 })
      .chain((n) => fc.record({ k: fc.integer({ min: 0, max: n }), n: fc.constant(n) }));
    const kind = fc.constantFrom<CountedKind>('error', 'mid', 'tail');
    const memory = fc.record({
      squares: fc.double({ min: 0, max: 1e5, noNaN: true }),
      count: fc.double({ min: 0, max: 288, noNaN: true }),
    });
    fc.assert(
      fc.property(kind, fc.array(sample, { maxLength: 12 }), memory, sample, (counted, baseline, remembered, now) => {
        const fit = fitBaseline(counted, baseline, remembered);
        const z = scoreWindow(now.k, now.n, fit);
        return fit.p > 0 && fit.p < 1 && fit.phi >= 1 && Number.isFinite(fit.phi) && z >= 0 && z <= 10;
      }),
      { numRuns: 500 },
    );
  });

  it('scores more bad rows never lower', () => {
    const fit = fitBaseline('error', BASELINE_A);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 0, max: 2_999 }), (n, k) =>
        k >= n ? true : scoreWindow(k + 1, n, fit) >= scoreWindow(k, n, fit) - 1e-9,
      ),
    );
  });
});

describe('scoreSample', () => {
  it('comes close to the exact score where it takes the cheap way, and never across a line', () => {
    const p = fc.double({ min: 0.001, max: 0.6, noNaN: true });
    const concentration = fc.double({ min: 60, max: 1e6, noNaN: true });
    const deviations = fc.double({ min: 0, max: 4, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 5_000, max: 100_000 }), p, concentration, deviations, (n, usual, sure, t) => {
        const deviation = Math.sqrt(n * usual * (1 - usual) * (1 + (n - 1) / (sure + 1)));
        const k = Math.min(n, Math.floor(n * usual + t * deviation) + 1);
        const exact = normalUpperTailInverse(betaBinomialUpperTail(k, n, usual * sure, (1 - usual) * sure));
        const scored = scoreSample(k, n, usual, sure);
        return Math.abs(scored - Math.min(10, Math.max(0, exact))) < 0.12 && scored >= 2 === exact >= 2;
      }),
      { numRuns: 300 },
    );
  });
});

describe('smallestVisibleRate', () => {
  it.each([
    [12, fitBaseline('error', equalBuckets(0, 20)), 0.25],
    [60, fitBaseline('error', equalBuckets(0, 100)), 0.05],
    [600, fitBaseline('error', BASELINE_A), 0.02],
  ] as const)('of %d requests is as the method says', (n, fit, rate) => {
    expect(smallestVisibleRate(n, fit, 3.5)).toBeCloseTo(rate, 10);
  });

  it('is null where nothing could reach the line', () => {
    expect(smallestVisibleRate(0, fitBaseline('error', BASELINE_A), 3.5)).toBeNull();
    expect(smallestVisibleRate(1, fitBaseline('error', equalBuckets(0, 5)), 3.5)).toBeNull();
  });
});

describe('expectedRates', () => {
  it('holds 95 % of what a healthy window shows', () => {
    const { low, high } = expectedRates(1_000, fitBaseline('error', BASELINE_A));
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(0.005);
    expect(high).toBeGreaterThan(0.005);
    expect(high).toBeLessThan(0.015);
  });

  it('is the usual rate where nothing was seen', () => {
    const fit = fitBaseline('error', BASELINE_A);
    expect(expectedRates(0, fit)).toEqual({ low: fit.p, high: fit.p });
  });
});

describe('rememberSpread', () => {
  const steady: BaselineFit = fitBaseline('error', BASELINE_A);

  it('forgets over a day', () => {
    let memory = NO_MEMORY;
    for (let bucket = 0; bucket < 2_000; bucket += 1) memory = rememberSpread(memory, { k: 5, n: 1_000 }, steady);
    expect(memory.count).toBeCloseTo(1 / (1 - Math.exp(-1 / 288)), 0);
  });

  it('lets one wild bucket count no more than its cap', () => {
    expect(rememberSpread(NO_MEMORY, { k: 900, n: 1_000 }, steady).squares).toBe(30);
  });

  it('learns nothing of an empty bucket', () => {
    expect(rememberSpread({ squares: 3, count: 2 }, { k: 0, n: 0 }, steady)).toEqual({ squares: 3, count: 2 });
  });
});

describe('a sample within two deviations of its mean', () => {
  it('is never an outlier, however certain or skewed the rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 1e-4, max: 0.999, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true, maxExcluded: true }),
        fc.double({ min: 0, max: 8, noNaN: true }),
        (n, p, deviations, logConcentration) => {
          const k = Math.min(n, Math.floor(n * p + deviations * Math.sqrt(n * p * (1 - p))));
          expect(scoreSample(k, n, p, 10 ** logConcentration)).toBeLessThan(3.5);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
