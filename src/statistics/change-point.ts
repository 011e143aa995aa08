import { upperTailF } from './f-distribution.ts';
import { fitSegments, type SegmentFit } from './segment-fit.ts';

export const CHANGE_KINDS = ['spike', 'dip', 'step_change', 'trend_change', 'distribution_change'] as const;

export interface ChangePoint {
  readonly kind: (typeof CHANGE_KINDS)[number];
  /** Of the odd value, or of the first value after the change. */
  readonly index: number;
  /** How likely a series without a change looks so by chance, every place that was tried counted. */
  readonly pValue: number;
}

/** Of fewer values no change is told. Elasticsearch's change point aggregation asks for as many. */
export const MIN_CHANGE_POINT_VALUES = 22;

const SIGNIFICANT = 0.01;
const LEAST_SEGMENT = 10;
const MAX_KS_CANDIDATES = 100;
// Residuals this much smaller than the values are what their last binary digit leaves.
const ROUNDING = 1e-12;

/** Of so many tries one at least is as extreme (Šidák). */
const ofTries = (p: number, tries: number): number => -Math.expm1(tries * Math.log1p(-Math.min(p, 1 - 1e-16)));

/** Mean 0 and deviation 1, so that sums of squares keep their digits; null of a constant series. */
const standardize = (values: readonly number[]): readonly number[] | null => {
  const scale = Math.max(...values.map(Math.abs));
  if (scale === 0) return null;
  const scaled = values.map((value) => value / scale);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const deviation = Math.sqrt(scaled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / scaled.length);
  return deviation < ROUNDING ? null : scaled.map((value) => (value - mean) / deviation);
};

const fTest = (simple: number, full: number, added: number, left: number): number => {
  const rest = Math.max(full, ROUNDING);
  return upperTailF(Math.max(0, simple - rest) / added / (rest / left), added, left);
};

/**
 * The value farthest from the line through all others, by its studentized residual of deletion: the
 * outlier test of linear models (Cook and Weisberg, Residuals and Influence in Regression, 1982).
 */
const findOutlier = (values: readonly number[]): ChangePoint | null => {
  const n = values.length;
  const middle = (n - 1) / 2;
  const spread = (n * (n * n - 1)) / 12;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const slope = values.reduce((sum, value, at) => sum + (at - middle) * value, 0) / spread;
  const residuals = values.map((value, at) => value - mean - slope * (at - middle));
  const total = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  let best: ChangePoint | null = null;
  for (const [at, residual] of residuals.entries()) {
    const free = 1 - (1 / n + (at - middle) ** 2 / spread);
    const without = total - (residual * residual) / free;
    const square = (residual * residual) / free / (Math.max(without, ROUNDING) / (n - 3));
    const pValue = ofTries(upperTailF(square, 1, n - 3), n);
    if (!best || pValue < best.pValue) best = { kind: residual > 0 ? 'spike' : 'dip', index: at, pValue };
  }
  return best;
};

interface Split {
  readonly at: number;
  readonly residual: number;
}

const bestSplit = (n: number, residualAt: (split: number) => number): Split => {
  let best: Split = { at: LEAST_SEGMENT, residual: Infinity };
  for (let at = LEAST_SEGMENT; at <= n - LEAST_SEGMENT; at += 1) {
    const residual = residualAt(at);
    if (residual < best.residual) best = { at, residual };
  }
  return best;
};

/** Schwarz's criterion: of two descriptions that fit, the one that takes fewer numbers. */
const criterion = (residual: number, n: number, parameters: number): number =>
  n * Math.log(Math.max(residual, ROUNDING) / n) + parameters * Math.log(n);

const findShift = (fit: SegmentFit, n: number): ChangePoint | null => {
  const tries = n - 2 * LEAST_SEGMENT + 1;
  const [flat, line] = [fit.aroundMean(0, n), fit.aroundLine(0, n)];
  const step = bestSplit(n, (at) => fit.aroundMean(0, at) + fit.aroundMean(at, n));
  const trend = bestSplit(n, (at) => fit.aroundLine(0, at) + fit.aroundLine(at, n));
  const models = [
    { score: criterion(flat, n, 1), change: null },
    { score: criterion(line, n, 2), change: null },
    {
      score: criterion(step.residual, n, 3),
      change: { kind: 'step_change', index: step.at, pValue: ofTries(fTest(flat, step.residual, 1, n - 2), tries) },
    },
    {
      score: criterion(trend.residual, n, 5),
      change: { kind: 'trend_change', index: trend.at, pValue: ofTries(fTest(line, trend.residual, 2, n - 4), tries) },
    },
  ] as const;
  const best = models.reduce((a, b) => (b.score < a.score ? b : a));
  return best.change && best.change.pValue < SIGNIFICANT ? best.change : null;
};

/** The residuals of the line, where that describes the series better than its mean. */
const withoutTrend = (values: readonly number[], fit: SegmentFit): readonly number[] => {
  const n = values.length;
  if (criterion(fit.aroundMean(0, n), n, 1) <= criterion(fit.aroundLine(0, n), n, 2)) return values;
  const slope = values.reduce((sum, value, at) => sum + (at - (n - 1) / 2) * value, 0) / ((n * (n * n - 1)) / 12);
  return values.map((value, at) => value - slope * at);
};

/** Kolmogorov's distribution, with Stephens' correction for small samples. */
const kolmogorovTail = (distance: number, left: number, right: number): number => {
  const size = Math.sqrt((left * right) / (left + right));
  const lambda = (size + 0.12 + 0.11 / size) * distance;
  let tail = 0;
  for (let k = 1; k <= 100; k += 1) tail += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * lambda * lambda);
  return lambda < 0.2 ? 1 : Math.min(1, Math.max(0, tail));
};

const findDistributionChange = (values: readonly number[]): ChangePoint | null => {
  const n = values.length;
  const order = values.map((value, at) => ({ value, at })).toSorted((a, b) => a.value - b.value);
  const stride = Math.max(1, Math.ceil((n - 2 * LEAST_SEGMENT + 1) / MAX_KS_CANDIDATES));
  let best: ChangePoint | null = null;
  let tries = 0;
  for (let split = LEAST_SEGMENT; split <= n - LEAST_SEGMENT; split += stride) {
    tries += 1;
    let [before, after, distance] = [0, 0, 0];
    for (const [rank, { value, at }] of order.entries()) {
      if (at < split) before += 1 / split;
      else after += 1 / (n - split);
      if (order[rank + 1]?.value !== value) distance = Math.max(distance, Math.abs(before - after));
    }
    const pValue = kolmogorovTail(distance, split, n - split);
    if (!best || pValue < best.pValue) best = { kind: 'distribution_change', index: split, pValue };
  }
  if (!best) return null;
  const pValue = ofTries(best.pValue, tries);
  return pValue < SIGNIFICANT ? { ...best, pValue } : null;
};

/**
 * The most telling change of a series of equal steps: an odd value (spike, dip), a new level, a new trend, or
 * else a new distribution; null where there is none at 1 %. The kinds are those of Elasticsearch's change point
 * aggregation; the tests are F tests of least squares with Schwarz's criterion between them, and Kolmogorov and
 * Smirnov's, so that places and p-values agree with Elasticsearch's where a change is plain, and not to the digit.
 */
export const detectChangePoint = (values: readonly number[]): ChangePoint | null => {
  if (values.length < MIN_CHANGE_POINT_VALUES) return null;
  const series = standardize(values);
  if (!series) return null;
  const outlier = findOutlier(series);
  const odd = outlier && outlier.pValue < SIGNIFICANT ? outlier : null;
  const without = odd
    ? series.map((value, at) => (at === odd.index ? (series[at - 1] ?? series[at + 1] ?? 0) : value))
    : series;
  const calm = standardize(without);
  if (!calm) return odd;
  const fit = fitSegments(calm);
  const shift = findShift(fit, calm.length);
  if (shift) return shift;
  const spread = findDistributionChange(withoutTrend(calm, fit));
  return odd && (!spread || odd.pValue <= spread.pValue) ? odd : spread;
};
