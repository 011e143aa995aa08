import { logGamma, logRisingFactorial } from './log-gamma.ts';

// The sum stops where a further term no longer changes its first 13 digits.
const NEGLIGIBLE = 1e-13;

const logMass = (k: number, n: number, p: number): number =>
  logRisingFactorial(n - k + 1, k) - logGamma(k + 1) + k * Math.log(p) + (n - k) * Math.log1p(-p);

/** From k above the mean upwards, where each mass is smaller than the one before. */
const sumUpwards = (k: number, n: number, p: number): number => {
  const odds = p / (1 - p);
  let sum = 1;
  let term = 1;
  for (let j = k; j < n && term > NEGLIGIBLE * sum; j += 1) {
    term *= ((n - j) / (j + 1)) * odds;
    sum += term;
  }
  return Math.min(1, Math.exp(logMass(k, n, p)) * sum);
};

/**
 * Pr(X ≥ k) for X ~ Binomial(n, p), with whole k, n ≥ 0 and p in (0, 1). The mass at k by
 * log-gamma, the others by the ratio of neighbours, so that a tail of 1e-300 keeps its digits.
 */
export const binomialUpperTail = (k: number, n: number, p: number): number => {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return k > n * p ? sumUpwards(k, n, p) : 1 - sumUpwards(n - k + 1, n, 1 - p);
};

/** Pr(X ≤ k) for X ~ Binomial(n, p), as `binomialUpperTail`. */
export const binomialLowerTail = (k: number, n: number, p: number): number => binomialUpperTail(n - k, n, 1 - p);
