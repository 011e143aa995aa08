import { logGamma, logRisingFactorial } from './log-gamma.ts';

// The sum stops where a further term no longer changes its first 13 digits.
const NEGLIGIBLE = 1e-13;

const logMass = (k: number, n: number, alpha: number, beta: number): number =>
  logRisingFactorial(n - k + 1, k) -
  logGamma(k + 1) +
  logRisingFactorial(alpha, k) +
  logRisingFactorial(beta, n - k) -
  logRisingFactorial(alpha + beta, n);

/** From k above the mean upwards. */
const sumUpwards = (k: number, n: number, alpha: number, beta: number): number => {
  // Below a beta of 1 the masses rise again towards n.
  const isFalling = beta >= 1;
  let sum = 1;
  let term = 1;
  for (let j = k; j < n; j += 1) {
    term *= ((n - j) * (j + alpha)) / ((j + 1) * (n - j - 1 + beta));
    sum += term;
    if (isFalling && term < NEGLIGIBLE * sum) break;
  }
  return Math.min(1, Math.exp(logMass(k, n, alpha, beta)) * sum);
};

/**
 * Pr(X ≥ k) for X ~ BetaBinomial(n, alpha, beta), with whole k, n ≥ 0 and alpha, beta > 0.
 * The mass at k by log-gamma, the others by the ratio of neighbours (Skellam 1948), so that
 * a tail of 1e-300 keeps its digits. The work grows with the spread, not with n.
 */
export const betaBinomialUpperTail = (k: number, n: number, alpha: number, beta: number): number => {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return k * (alpha + beta) > n * alpha ? sumUpwards(k, n, alpha, beta) : 1 - sumUpwards(n - k + 1, n, beta, alpha);
};

/** The smallest k with Pr(X ≤ k) ≥ probability, for probability in (0, 1). */
export const betaBinomialQuantile = (probability: number, n: number, alpha: number, beta: number): number => {
  let low = 0;
  let high = n;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (1 - betaBinomialUpperTail(middle + 1, n, alpha, beta) >= probability) high = middle;
    else low = middle + 1;
  }
  return low;
};
