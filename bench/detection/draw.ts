import type { Random } from '#kernel/random.ts';

/** Draws from the usual distributions, as exact as a benchmark of rare events needs them. */

export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

/** Uniform in the logarithm. */
export const logBetween = (random: Random, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));

export const pick = <T>(random: Random, items: readonly [T, ...T[]]): T =>
  items[Math.floor(random() * items.length)] ?? items[0];

/** Standard normal (Box and Muller 1958). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const exponential = (random: Random, mean: number): number => -Math.log(1 - random()) * mean;

/** Gamma with mean 1 (Marsaglia and Tsang 2000). */
export const gammaOfMeanOne = (random: Random, shape: number): number => {
  if (shape < 1) return (gammaOfMeanOne(random, shape + 1) * (shape + 1) * random() ** (1 / shape)) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
};

export const beta = (random: Random, a: number, b: number): number => {
  const x = a * gammaOfMeanOne(random, a);
  const y = b * gammaOfMeanOne(random, b);
  return x + y > 0 ? x / (x + y) : 0;
};

// From here on the normal distribution with the same mean and variance cannot be told apart.
const MANY = 500;

/** By the gaps of exponential length. */
export const poisson = (random: Random, mean: number): number => {
  if (mean > MANY) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = -1;
  for (let sum = 0; sum <= mean; count += 1) sum += exponential(random, 1);
  return count;
};

/** By the gaps of geometric length (Devroye 1986, X.4.3). */
export const binomial = (random: Random, n: number, p: number): number => {
  if (p <= 0 || n <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const scale = Math.log1p(-p);
  let count = -1;
  for (let at = 0; at <= n; count += 1) at += Math.floor(Math.log(1 - random()) / scale) + 1;
  return count;
};
