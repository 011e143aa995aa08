import { logGamma } from './log-gamma.ts';

const MAX_TERMS = 500;
const PRECISION = 1e-15;
const TINY = 1e-300;

/** Lentz's evaluation of the continued fraction of the incomplete beta function. */
const continuedFraction = (x: number, a: number, b: number): number => {
  const away = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= MAX_TERMS; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return result;
};

/** The regularized incomplete beta function I_x(a, b), a and b above 0. NIST DLMF 8.17. */
const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return (front * continuedFraction(x, a, b)) / a;
  return 1 - (front * continuedFraction(1 - x, b, a)) / b;
};

/**
 * The probability that a variable of the F distribution with these degrees of freedom is above `f`. Of the
 * square of Student's t with n degrees it is F(1, n), so `upperTailF(t * t, 1, n)` is the two-sided p of t.
 */
export const upperTailF = (f: number, numerator: number, denominator: number): number => {
  if (f <= 0) return 1;
  if (f === Infinity) return 0;
  return incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2);
};
