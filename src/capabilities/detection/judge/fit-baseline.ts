import { betaBinomialUpperTail } from '#statistics/beta-binomial.ts';
import { normalUpperTailInverse } from '#statistics/normal-distribution.ts';
import type { CountedKind } from './service-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS } from './slots.ts';

/** Bad rows and all rows. */
export interface Sample {
  readonly k: number;
  readonly n: number;
}

/** Sum of squared deviations and of their number, forgotten over 24 h. */
export interface SpreadMemory {
  readonly squares: number;
  readonly count: number;
}

export const NO_MEMORY: SpreadMemory = { squares: 0, count: 0 };

export interface BaselineFit {
  readonly kind: CountedKind;
  /** Usual rate. */
  readonly p: number;
  /** Over-dispersion against the binomial, ≥ 1. */
  readonly phi: number;
  /** Rows in the buckets kept. */
  readonly rows: number;
  /** Mean rows of all non-empty buckets. */
  readonly meanRows: number;
  readonly bucketsKept: number;
  readonly bucketsTrimmed: number;
}

interface Prior {
  readonly a: number;
  readonly b: number;
  spread(rowsPerBucket: number): number;
}

// The ½ is Jeffreys' (Brown, Cai & DasGupta 2001); weights and spreads come from simulation.
const PRIORS: Readonly<Record<CountedKind, Prior>> = {
  error: { a: 0.5, b: 100, spread: () => 1.2 },
  mid: { a: 0.5, b: 1, spread: (rows) => 1 + 0.002 * rows },
  tail: { a: 0.5, b: 100, spread: (rows) => 1.2 + 0.0002 * rows },
};

export const HIGHEST_SCORE = 10;
// Its z is 10.
const SMALLEST_TAIL = 7.7e-24;
const PRIOR_DEGREES = 6;
const MAX_TRIMMED = 3;
const LEAST_BUCKETS_TO_TRIM = 6;
// The robust outlier line of Iglewicz & Hoaglin 1993.
const OUTLIER_SCORE = 3.5;
// No sample so near its mean scores as an outlier, whatever the distribution: the exact score is not needed.
const SURELY_NO_OUTLIER = 2;
const DEVIATION_CAP = 15;
const DEVIATION_CAP_SPREADS = 9;

// Where all of these hold the predictive is nearly normal, and its exact tail costs the most.
const NEARLY_NORMAL = { leastDeviation: 50, leastShape: 30 } as const;
// Safely below every severity line: a score that means nothing need not be exact.
const CHEAP_BELOW_SCORE = 1.5;

/** z in [0, 10] of k bad rows of n, where n·p are usual and `concentration` tells how surely. */
export const scoreSample = (k: number, n: number, p: number, concentration: number): number => {
  const excess = k - n * p;
  if (n <= 0 || excess <= 0) return 0;
  const alpha = p * concentration;
  const beta = (1 - p) * concentration;
  if (Math.min(alpha, beta) > NEARLY_NORMAL.leastShape) {
    const deviation = Math.sqrt(n * p * (1 - p) * (1 + (n - 1) / (concentration + 1)));
    const normalScore = (excess - 0.5) / deviation;
    if (deviation > NEARLY_NORMAL.leastDeviation && normalScore < CHEAP_BELOW_SCORE) return Math.max(0, normalScore);
  }
  const tail = betaBinomialUpperTail(k, n, alpha, beta);
  if (tail < SMALLEST_TAIL) return HIGHEST_SCORE;
  return tail >= 0.5 ? 0 : Math.min(HIGHEST_SCORE, normalUpperTailInverse(tail));
};

/**
 * The alpha + beta of the predictive for a window of n rows: the first part is doubt about
 * the usual rate, the second is clustering.
 */
export const concentrationFor = (n: number, fit: BaselineFit): number => {
  const prior = PRIORS[fit.kind];
  const doubt = 1 / (fit.rows / fit.phi + prior.a + prior.b + 1);
  const clustering = fit.phi > 1 ? (fit.phi - 1) / Math.max(1, Math.min(n, fit.meanRows) - 1) : 0;
  return 1 / Math.min(0.999, doubt + clustering) - 1;
};

export const squaredDeviation = ({ k, n }: Sample, p: number): number => (k - n * p) ** 2 / (n * p * (1 - p));

interface Kept {
  readonly samples: readonly Sample[];
  readonly bad: number;
  readonly rows: number;
}

const keep = (samples: readonly Sample[]): Kept => {
  let bad = 0;
  let rows = 0;
  for (const sample of samples) {
    bad += sample.k;
    rows += sample.n;
  }
  return { samples, bad, rows };
};

const withoutWorst = ({ samples, bad, rows }: Kept, prior: Prior, phi: number): Kept | null => {
  let worst: Sample | null = null;
  let worstDeviation = 0;
  for (const sample of samples) {
    const p = (prior.a + bad - sample.k) / (prior.a + prior.b + rows - sample.n);
    const deviation = (sample.k - sample.n * p) / Math.sqrt(sample.n * p * (1 - p));
    if (deviation > worstDeviation) {
      worst = sample;
      worstDeviation = deviation;
    }
  }
  if (!worst || worstDeviation < SURELY_NO_OUTLIER) return null;
  const othersRows = rows - worst.n;
  const p = (prior.a + bad - worst.k) / (prior.a + prior.b + othersRows);
  const doubt = 1 / (othersRows / phi + prior.a + prior.b + 1);
  const clustering = worst.n > 1 ? (phi - 1) / (worst.n - 1) : 0;
  const concentration = Math.max(0.001, 1 / (doubt + clustering) - 1);
  if (scoreSample(worst.k, worst.n, p, concentration) < OUTLIER_SCORE) return null;
  return { samples: samples.filter((sample) => sample !== worst), bad: bad - worst.k, rows: othersRows };
};

/**
 * The usual rate and spread of one service and kind, from at most twelve buckets of five
 * minutes: outliers trimmed, dispersion by moments (Williams 1982; Laney 2002), shrunk
 * towards a prior and held up by the memory of the last day. Empty buckets are left out:
 * they are missing, not a rate of zero.
 */
export const fitBaseline = (
  kind: CountedKind,
  buckets: readonly Sample[],
  memory: SpreadMemory = NO_MEMORY,
): BaselineFit => {
  const prior = PRIORS[kind];
  const seen = keep(buckets.filter(({ n }) => n > 0));
  const priorSpread = prior.spread(seen.rows / BASELINE_BUCKETS);
  const longSpread = Math.max(1, (PRIOR_DEGREES * priorSpread + memory.squares) / (PRIOR_DEGREES + memory.count));

  let kept = seen;
  for (let trims = 0; trims < MAX_TRIMMED && kept.samples.length >= LEAST_BUCKETS_TO_TRIM; trims += 1) {
    const trimmed = withoutWorst(kept, prior, longSpread);
    if (!trimmed) break;
    kept = trimmed;
  }

  const p = (prior.a + kept.bad) / (prior.a + prior.b + kept.rows);
  const cap = Math.max(DEVIATION_CAP, DEVIATION_CAP_SPREADS * longSpread);
  let squares = 0;
  for (const sample of kept.samples) squares += Math.min(squaredDeviation(sample, p), cap);
  const degrees = Math.max(0, kept.samples.length - 1);
  const hourSpread = Math.max(1, (PRIOR_DEGREES * priorSpread + squares) / (PRIOR_DEGREES + degrees));

  return {
    kind,
    p,
    phi: Math.max(hourSpread, memory.count > degrees ? longSpread : hourSpread),
    rows: kept.rows,
    meanRows: seen.samples.length > 0 ? seen.rows / seen.samples.length : 0,
    bucketsKept: kept.samples.length,
    bucketsTrimmed: seen.samples.length - kept.samples.length,
  };
};

const MEMORY_BUCKETS = 288;
const FORGETTING = Math.exp(-1 / MEMORY_BUCKETS);
const MEMORY_CAP = 30;

/** What one bucket adds to the memory: of an incident, no more than the cap. */
export const squaredDeviationCapped = (bucket: Sample, fit: BaselineFit): number =>
  Math.min(squaredDeviation(bucket, fit.p), Math.max(MEMORY_CAP, DEVIATION_CAP_SPREADS * fit.phi));

/** What is left of a memory after some time. */
export const forgottenAfter = (ageMs: number): number => FORGETTING ** (ageMs / BUCKET_MS);

/** The memory after one more clean bucket; call once per five minutes. */
export const rememberSpread = (memory: SpreadMemory, bucket: Sample, fit: BaselineFit): SpreadMemory => {
  if (bucket.n <= 0) return memory;
  return {
    squares: FORGETTING * memory.squares + squaredDeviationCapped(bucket, fit),
    count: FORGETTING * memory.count + 1,
  };
};
