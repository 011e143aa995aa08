import { betaBinomialQuantile } from '#statistics/beta-binomial.ts';
import { type BaselineFit, concentrationFor, scoreSample } from './fit-baseline.ts';

/** Raw z in [0, 10] of a window of n rows with k bad ones. */
export const scoreWindow = (k: number, n: number, fit: BaselineFit): number =>
  n <= 0 || k <= n * fit.p ? 0 : scoreSample(k, n, fit.p, concentrationFor(n, fit));

/** Central 95 % of the predictive for a window of n rows, as rates. */
export const expectedRates = (n: number, fit: BaselineFit): { readonly low: number; readonly high: number } => {
  if (n <= 0) return { low: fit.p, high: fit.p };
  const concentration = concentrationFor(n, fit);
  const alpha = fit.p * concentration;
  const beta = (1 - fit.p) * concentration;
  return {
    low: betaBinomialQuantile(0.025, n, alpha, beta) / n,
    high: betaBinomialQuantile(0.975, n, alpha, beta) / n,
  };
};

/** The smallest rate that would reach the line in a window of n rows; null if none would. */
export const smallestVisibleRate = (n: number, fit: BaselineFit, line: number): number | null => {
  if (n <= 0 || scoreWindow(n, n, fit) < line) return null;
  let low = 1;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (scoreWindow(middle, n, fit) >= line) high = middle;
    else low = middle + 1;
  }
  return low / n;
};
