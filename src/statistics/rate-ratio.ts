export interface RateRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

const Z_95 = 1.959963984540054;
// Keeps a ratio with a zero finite (Haldane & Anscombe).
const CONTINUITY = 0.5;

/**
 * How many times the rate of the baseline that of the window is, with a 95 % interval: given the sum of
 * both counts, that of the window is binomial, and Wilson's interval of its share (J. Am. Stat. Assoc. 22,
 * 1927) becomes one of the ratio. Counts that come in bursts carry less: `dispersion` ≥ 1 divides them.
 */
export const rateRatio = (
  window: { readonly count: number; readonly duration: number },
  baseline: { readonly count: number; readonly duration: number },
  dispersion: number,
): RateRatio => {
  const scale = baseline.duration / window.duration;
  const n = (window.count + baseline.count) / dispersion;
  const share = window.count / Math.max(1, window.count + baseline.count);
  const spread = Z_95 ** 2 / Math.max(n, Number.MIN_VALUE);
  const centre = (share + spread / 2) / (1 + spread);
  const half = (Z_95 / (1 + spread)) * Math.sqrt((share * (1 - share) + spread / 4) / Math.max(n, Number.MIN_VALUE));
  const low = Math.max(0, centre - half);
  const high = Math.min(1, centre + half);
  return {
    ratio: (scale * (window.count + CONTINUITY)) / (baseline.count + CONTINUITY),
    low: n === 0 || window.count === 0 ? 0 : (scale * low) / (1 - low),
    high: n === 0 || baseline.count === 0 ? Infinity : (scale * high) / (1 - high),
  };
};
