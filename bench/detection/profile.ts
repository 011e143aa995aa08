import type { Random } from '#kernel/random.ts';
import { between, logBetween, pick } from './draw.ts';

/** How a made-up service behaves while nothing is wrong with it. */
export interface Profile {
  readonly requestsPerFiveMinutes: number;
  /** Poisson around a mean that is steady, jumps about in each half minute, or wanders. */
  readonly load:
    | { readonly kind: 'steady' }
    | { readonly kind: 'jumpy'; readonly shape: number }
    | { readonly kind: 'wandering'; readonly deviation: number; readonly minutes: number };
  /** Share of the mean by which day and night differ from it. */
  readonly dailySwing: number;
  /** Change of the logarithm over a day. */
  readonly drift: number;
  readonly errorRate: number;
  readonly errors:
    | { readonly kind: 'independent' }
    | { readonly kind: 'clustered'; readonly rho: number }
    | { readonly kind: 'retried'; readonly meanCluster: number };
  readonly latency: {
    readonly medianMs: number;
    readonly shape:
      | { readonly kind: 'lognormal'; readonly sigma: number }
      | { readonly kind: 'pareto'; readonly alpha: number }
      | { readonly kind: 'bimodal'; readonly slowShare: number; readonly slowTimes: number; readonly sigma: number };
    /** Of the logarithm of all durations together. */
    readonly wander: { readonly deviation: number; readonly minutes: number };
  };
  readonly surgesPerDay: number;
  readonly deploysPerDay: number;
  readonly restartsPerDay: number;
  readonly hasHourlyJob: boolean;
}

const RHOS = [0.001, 0.001, 0.005, 0.02] as const;

const drawLatency = (random: Random): Profile['latency'] => ({
  medianMs: logBetween(random, 5, 500),
  shape: pick<Profile['latency']['shape']>(random, [
    { kind: 'lognormal', sigma: between(random, 0.3, 1.1) },
    { kind: 'pareto', alpha: between(random, 1.6, 3) },
    {
      kind: 'bimodal',
      slowShare: between(random, 0.05, 0.4),
      slowTimes: between(random, 3, 12),
      sigma: between(random, 0.2, 0.5),
    },
  ]),
  wander: { deviation: between(random, 0, 0.05), minutes: between(random, 5, 60) },
});

/** Any service: small and large, steady and rough. */
export const drawProfile = (random: Random): Profile => ({
  requestsPerFiveMinutes: logBetween(random, 1, 20_000),
  load: pick<Profile['load']>(random, [
    { kind: 'steady' },
    { kind: 'jumpy', shape: between(random, 2, 30) },
    { kind: 'wandering', deviation: between(random, 0.05, 0.3), minutes: between(random, 5, 60) },
  ]),
  dailySwing: between(random, 0, 0.7),
  drift: between(random, -0.3, 0.3),
  errorRate: random() < 0.2 ? 0 : logBetween(random, 0.000_1, 0.03),
  errors: pick<Profile['errors']>(random, [
    { kind: 'independent' },
    { kind: 'clustered', rho: pick(random, RHOS) },
    { kind: 'retried', meanCluster: between(random, 1.5, 4) },
  ]),
  latency: drawLatency(random),
  surgesPerDay: between(random, 0, 3),
  deploysPerDay: between(random, 0, 3),
  restartsPerDay: between(random, 0, 2),
  hasHourlyJob: random() < 0.25,
});

/** A service of so much traffic on a quiet day, to be struck by a fault: mildly clustered errors, nothing planned. */
export const drawCalmProfile = (random: Random, requestsPerFiveMinutes: number, errorRate: number): Profile => {
  const any = drawProfile(random);
  return {
    ...any,
    requestsPerFiveMinutes,
    dailySwing: 0,
    errorRate,
    errors: { kind: 'clustered', rho: 0.001 },
    surgesPerDay: 0,
    deploysPerDay: 0,
    restartsPerDay: 0,
    hasHourlyJob: false,
  };
};
