import { type BaselineFit, fitBaseline, scoreWindow } from '#capabilities/detection/index.ts';
import { seededRandom } from '#kernel/random.ts';
import { binomial, logBetween, poisson } from './draw.ts';

/** Points scored in a second on one thread; a point is one window of (k, n). */
export interface ScorerSpeed {
  /** The score alone, against a baseline that was fitted before. */
  readonly pointsPerSecond: number;
  /** Every service's three kinds fitted anew from twelve buckets, for its seven windows. */
  readonly pointsPerSecondWithFits: number;
}

const SERVICES = 2_000;
const BUCKETS = 12;
const WARM_UP_ROUNDS = 3;
const LEAST_MS = 1_500;
const KINDS = [
  { kind: 'error', rate: 0.004, minutes: [1, 3, 5] },
  { kind: 'mid', rate: 0.35, minutes: [1, 3] },
  { kind: 'tail', rate: 0.008, minutes: [1, 3] },
] as const;

/** Healthy services of 1 to 20,000 requests per 5 min, one in twenty of them struck by four times its usual rate. */
const makeServices = () => {
  const random = seededRandom(20_260_401);
  return Array.from({ length: SERVICES }, () => {
    const requests = logBetween(random, 1, 20_000);
    const isStruck = random() < 0.05;
    return KINDS.map(({ kind, rate, minutes }) => {
      const draw = (mean: number, p: number) => {
        const n = poisson(random, mean);
        return { k: binomial(random, n, p), n };
      };
      return {
        kind,
        buckets: Array.from({ length: BUCKETS }, () => draw(requests, rate)),
        windows: minutes.map((each) => draw((requests * each) / 5, Math.min(0.95, isStruck ? 4 * rate : rate))),
      };
    });
  }).flat();
};

const rateOf = (round: () => number): number => {
  for (let warm = 0; warm < WARM_UP_ROUNDS; warm += 1) round();
  const startedAt = performance.now();
  let points = 0;
  while (performance.now() - startedAt < LEAST_MS) points += round();
  return Math.round(points / ((performance.now() - startedAt) / 1_000));
};

export const measureScorer = (): ScorerSpeed => {
  const services = makeServices();
  const fits = services.map(({ kind, buckets }) => fitBaseline(kind, buckets));
  const scoreAll = (fitOf: (at: number) => BaselineFit): number => {
    let points = 0;
    let sum = 0;
    for (let at = 0; at < services.length; at += 1) {
      const fit = fitOf(at);
      for (const { k, n } of services[at]?.windows ?? []) {
        // The sum keeps the work from being optimized away.
        sum += scoreWindow(k, n, fit);
        points += 1;
      }
    }
    if (!(sum > 0)) throw new Error('Nothing was scored.');
    return points;
  };
  const { kind, buckets } = services[0] ?? { kind: 'error', buckets: [] };
  const noFit = fitBaseline(kind, buckets);
  return {
    pointsPerSecond: rateOf(() => scoreAll((at) => fits[at] ?? noFit)),
    pointsPerSecondWithFits: rateOf(() =>
      scoreAll((at) => {
        const service = services[at];
        return service ? fitBaseline(service.kind, service.buckets) : noFit;
      }),
    ),
  };
};
