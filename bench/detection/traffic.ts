import type { Random } from '#kernel/random.ts';
import { beta, binomial, gammaOfMeanOne, normal, poisson } from './draw.ts';
import { type DayEvent, type DayPlan, drawDayPlan, EVENTS, TAIL_TIMES } from './day-plan.ts';
import type { Fault } from './faults.ts';
import type { Profile } from './profile.ts';

/** All requests of a service in one half minute. */
export interface HalfMinute {
  readonly failed: number;
  /** One of each request in ms, ascending. */
  readonly durationsMs: Float64Array;
}

export interface Traffic {
  /** The next half minute, of which the newer `faultyShare` is struck by the fault. */
  next(fault: Fault | null, faultyShare: number): HalfMinute;
  /** What the day has planned in the last five minutes up to now; of several, what disturbs most. */
  recentEvent(): DayEvent;
}

const TIMEOUT_MS = 30_000;
/** Above it a tenth of the durations lie. */
const SLOWEST_SHARE = 0.1;

const durationOf = (random: Random, { medianMs, shape }: Profile['latency']): number => {
  if (shape.kind === 'pareto') return medianMs * (2 * (1 - random())) ** (-1 / shape.alpha);
  if (shape.kind === 'lognormal') return medianMs * Math.exp(shape.sigma * normal(random));
  const times = random() < shape.slowShare ? shape.slowTimes : 1;
  return medianMs * times * Math.exp(shape.sigma * normal(random));
};

const slowestFrom = (random: Random, latency: Profile['latency']): number => {
  const sample = Float64Array.from({ length: 20_000 }, () => durationOf(random, latency)).sort();
  return sample[Math.floor((1 - SLOWEST_SHARE) * sample.length)] ?? Number.POSITIVE_INFINITY;
};

/** Failures of a minute come together: a rate for the minute, or clusters of retries. */
const createFailures = (random: Random, { errors }: Profile) => {
  let ratio = 1;
  let drawnFor = -1;
  const clusteredRate = (mean: number, rho: number, minute: number): number => {
    if (mean <= 0 || mean >= 1) return mean;
    if (drawnFor === minute) return Math.min(1, mean * ratio);
    const weight = 1 / rho - 1;
    const rate = beta(random, mean * weight, (1 - mean) * weight);
    drawnFor = minute;
    ratio = rate / mean;
    return rate;
  };
  return (requests: number, mean: number, half: number): number => {
    if (errors.kind === 'clustered') {
      return binomial(random, requests, clusteredRate(mean, errors.rho, Math.floor(half / 2)));
    }
    // A great fault is no matter of clusters any more.
    if (errors.kind === 'independent' || mean >= 0.1) return binomial(random, requests, mean);
    const clusters = poisson(random, (requests * mean) / errors.meanCluster);
    let failed = clusters;
    for (let cluster = 0; cluster < clusters; cluster += 1) while (random() > 1 / errors.meanCluster) failed += 1;
    return Math.min(requests, failed);
  };
};

/** The requests of one service, half minute by half minute. */
export const createTraffic = (random: Random, profile: Profile, halfMinutes: number): Traffic => {
  const plan: DayPlan = drawDayPlan(random, profile, halfMinutes);
  const fail = createFailures(random, profile);
  const mean = profile.requestsPerFiveMinutes / 10;
  let half = 0;
  let slowestMs: number | null = null;
  // Requests that time out are logged when they end.
  let timingOut = 0;

  const slowed = (durationMs: number, fault: Fault): number => {
    if (fault.latencyTimes === undefined) return durationMs;
    if (fault.slows === 'all') return durationMs * fault.latencyTimes;
    slowestMs ??= slowestFrom(random, profile.latency);
    return durationMs >= slowestMs ? durationMs * fault.latencyTimes : durationMs;
  };

  return {
    recentEvent: () => EVENTS[Math.max(0, ...plan.event.subarray(Math.max(0, half - 10), half))] ?? 'nothing',
    next: (fault, faultyShare) => {
      const load = plan.load[half] ?? 1;
      const latency = plan.latency[half] ?? 1;
      const tail = plan.tail[half] ?? 0;
      const jump = profile.load.kind === 'jumpy' ? gammaOfMeanOne(random, profile.load.shape) : 1;
      const isSilenced = fault?.isSilent === true;
      const requests = poisson(random, mean * load * jump * (isSilenced ? 1 - faultyShare : 1));
      const usualRate = Math.min(1, profile.errorRate + (plan.errors[half] ?? 0));
      const struck = fault?.errorRate === undefined ? 0 : binomial(random, requests, faultyShare);
      const failed =
        (struck < requests ? fail(requests - struck, usualRate, half) : 0) +
        (struck > 0 ? fail(struck, fault?.errorRate ?? 0, half) : 0);
      const ended = timingOut;
      timingOut = 0;
      const durations: number[] = Array.from({ length: ended }, () => TIMEOUT_MS);
      for (let request = 0; request < requests; request += 1) {
        const isFaulty = fault !== null && random() < faultyShare;
        if (isFaulty && fault.timeoutShare !== undefined && random() < fault.timeoutShare) {
          timingOut += 1;
          continue;
        }
        const usual = durationOf(random, profile.latency) * latency * (tail > 0 && random() < tail ? TAIL_TIMES : 1);
        durations.push(isFaulty ? slowed(usual, fault) : usual);
      }
      half += 1;
      return { failed: Math.min(failed, durations.length), durationsMs: Float64Array.from(durations).sort() };
    },
  };
};
