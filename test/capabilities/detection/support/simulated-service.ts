import {
  COUNT_FIELDS,
  type CountField,
  type Counts,
  type ServiceCounts,
} from '#capabilities/detection/judge/service-counts.ts';
import { addMs } from '#kernel/duration.ts';
import type { Random } from '#kernel/random.ts';

/** What a service does in one half minute, on average. */
export interface Behaviour {
  readonly requests: number;
  readonly failRate: number;
  readonly midRate?: number;
  readonly tailRate?: number;
  readonly farRate?: number;
}

type HalfMinute = Readonly<Record<CountField, number>>;

const HALF_MINUTES = 130;
const SPANS = [1, 1, 1, 1, 2, 4, ...Array.from({ length: 12 }, () => 10)];

/** Knuth's method, in parts small enough for its product. */
const poisson = (mean: number, random: Random): number => {
  if (mean > 30) return poisson(mean / 2, random) + poisson(mean / 2, random);
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= random()) count += 1;
  return count;
};

const binomial = (n: number, p: number, random: Random): number => {
  let count = 0;
  for (let index = 0; index < n; index += 1) if (random() < p) count += 1;
  return count;
};

const draw = (behaviour: Behaviour, random: Random): HalfMinute => {
  const requests = poisson(behaviour.requests, random);
  const failed = binomial(requests, behaviour.failRate, random);
  const mid = binomial(requests, behaviour.midRate ?? 0.33, random);
  const tail = binomial(mid, (behaviour.tailRate ?? 0.007) / (behaviour.midRate ?? 0.33), random);
  const far = binomial(tail, (behaviour.farRate ?? 0.002) / (behaviour.tailRate ?? 0.007), random);
  return { lines: requests, errorLines: failed, requests, failed, mid, tail, far };
};

const NOTHING: HalfMinute = { lines: 0, errorLines: 0, requests: 0, failed: 0, mid: 0, tail: 0, far: 0 };

/** A service whose half minutes are drawn one after the other. */
export const simulatedService = (service: string, random: Random) => {
  const halves: HalfMinute[] = [];
  let lastSeenAt: Date | null = null;
  return {
    /** Null: it neither serves nor logs. */
    pass(behaviour: Behaviour | null, at: Date): void {
      const drawn = behaviour ? draw(behaviour, random) : NOTHING;
      if (drawn.lines > 0) lastSeenAt = addMs(at, -1);
      halves.unshift(drawn);
      if (halves.length > HALF_MINUTES) halves.pop();
    },
    counts(): ServiceCounts {
      const slots = Object.fromEntries(COUNT_FIELDS.map((field) => [field, SPANS.map(() => 0)])) as Record<
        CountField,
        number[]
      >;
      let half = 0;
      SPANS.forEach((span, slot) => {
        for (let index = 0; index < span; index += 1, half += 1) {
          for (const field of COUNT_FIELDS)
            slots[field][slot] = (slots[field][slot] ?? 0) + (halves[half]?.[field] ?? 0);
        }
      });
      return { service, slots: slots satisfies Counts, lastSeenAt };
    },
  };
};
