import type { Random } from '#kernel/random.ts';
import { between, exponential, normal, pick } from './draw.ts';
import type { Profile } from './profile.ts';

/** Half minutes of a service's life: what its load, latency and errors are multiplied with or raised by. */
export interface DayPlan {
  readonly load: Float64Array;
  readonly latency: Float64Array;
  /** Added to the error rate. */
  readonly errors: Float64Array;
  /** Share of requests that take `TAIL_TIMES` as long. */
  readonly tail: Float64Array;
  /** What of it is going on, by its place in `EVENTS`; 0 for nothing. */
  readonly event: Uint8Array;
}

/** From what disturbs a healthy service least to what does most. */
export const EVENTS = ['nothing', 'hourly job', 'surge', 'deploy', 'restart'] as const;
export type DayEvent = (typeof EVENTS)[number];

export const TAIL_TIMES = 4;

const HALF_MINUTES_PER_DAY = 2_880;
const HALF_MINUTES_PER_HOUR = 120;

const eachTime = (random: Random, length: number, perDay: number, happen: (from: number) => void): void => {
  if (perDay <= 0) return;
  const mean = HALF_MINUTES_PER_DAY / perDay;
  for (let at = exponential(random, mean); at < length; at += exponential(random, mean)) happen(Math.floor(at));
};

const wander = (random: Random, values: Float64Array, deviation: number, minutes: number): void => {
  const keep = Math.exp(-0.5 / minutes);
  const step = deviation * Math.sqrt(1 - keep * keep);
  let now = deviation * normal(random);
  for (let half = 0; half < values.length; half += 1) {
    values[half] = (values[half] ?? 1) * Math.exp(now);
    now = keep * now + step * normal(random);
  }
};

const multiply = (values: Float64Array, from: number, length: number, factor: number): void => {
  for (let half = Math.max(0, from); half < from + length && half < values.length; half += 1)
    values[half] = (values[half] ?? 1) * factor;
};

const add = (values: Float64Array, from: number, length: number, amount: number): void => {
  for (let half = Math.max(0, from); half < from + length && half < values.length; half += 1)
    values[half] = (values[half] ?? 0) + amount;
};

const mark = ({ event }: DayPlan, kind: DayEvent, from: number, length: number): void => {
  const rank = EVENTS.indexOf(kind);
  for (let half = Math.max(0, from); half < from + length && half < event.length; half += 1)
    event[half] = Math.max(event[half] ?? 0, rank);
};

const planSurges = (random: Random, plan: DayPlan, perDay: number): void => {
  eachTime(random, plan.load.length, perDay, (from) => {
    const times = between(random, 2, 4);
    const length = Math.round(between(random, 10, 80));
    const ramp = Math.round(between(random, 1, 10));
    for (let half = 0; half < length; half += 1) {
      const part = Math.min(1, (half + 1) / ramp, (length - half) / ramp);
      multiply(plan.load, from + half, 1, 1 + (times - 1) * part);
    }
    mark(plan, 'surge', from, length);
    if (random() < 0.5) multiply(plan.latency, from, length, between(random, 1.05, 1.3));
  });
};

const planDeploys = (random: Random, plan: DayPlan, perDay: number): void => {
  eachTime(random, plan.load.length, perDay, (from) => {
    const length = Math.round(between(random, 1, 4));
    mark(plan, 'deploy', from, length + 2);
    add(plan.errors, from, length, between(random, 0, 0.01));
    multiply(plan.latency, from, length + 2, between(random, 1, 1.3));
  });
};

const planRestarts = (random: Random, plan: DayPlan, perDay: number): void => {
  eachTime(random, plan.load.length, perDay, (from) => {
    multiply(plan.load, from, 1, between(random, 0, 0.7));
    // Callers that waited come back at once, and caches are cold.
    multiply(plan.load, from + 1, 1, between(random, 1, 1.5));
    const cold = Math.round(between(random, 1, 6));
    mark(plan, 'restart', from, cold + 1);
    multiply(plan.latency, from + 1, cold, between(random, 1.05, 1.5));
  });
};

const planHourlyJob = (random: Random, plan: DayPlan): void => {
  const phase = Math.floor(random() * HALF_MINUTES_PER_HOUR);
  const length = Math.round(between(random, 1, 8));
  const kind = pick(random, ['load', 'latency', 'tail', 'errors']);
  const strength = random();
  for (let from = phase; from < plan.load.length; from += HALF_MINUTES_PER_HOUR) {
    mark(plan, 'hourly job', from, length);
    const today = strength * between(random, 0.8, 1.2);
    if (kind === 'load') multiply(plan.load, from, length, 1 + 1.5 * today);
    if (kind === 'latency') multiply(plan.latency, from, length, 1.1 + 0.7 * today);
    if (kind === 'tail') add(plan.tail, from, length, 0.01 + 0.05 * today);
    if (kind === 'errors') add(plan.errors, from, length, 0.005 + 0.03 * today);
  }
};

/** What happens to a service in so many half minutes without anything being wrong. */
export const drawDayPlan = (random: Random, profile: Profile, length: number): DayPlan => {
  const plan: DayPlan = {
    load: new Float64Array(length).fill(1),
    latency: new Float64Array(length).fill(1),
    errors: new Float64Array(length),
    tail: new Float64Array(length),
    event: new Uint8Array(length),
  };
  const phase = random() * HALF_MINUTES_PER_DAY;
  for (let half = 0; half < length; half += 1) {
    const swing = 1 + profile.dailySwing * Math.sin((2 * Math.PI * (half + phase)) / HALF_MINUTES_PER_DAY);
    plan.load[half] = swing * Math.exp((profile.drift * half) / HALF_MINUTES_PER_DAY);
  }
  if (profile.load.kind === 'wandering') wander(random, plan.load, profile.load.deviation, profile.load.minutes);
  wander(random, plan.latency, profile.latency.wander.deviation, profile.latency.wander.minutes);
  planSurges(random, plan, profile.surgesPerDay);
  planDeploys(random, plan, profile.deploysPerDay);
  planRestarts(random, plan, profile.restartsPerDay);
  if (profile.hasHourlyJob) planHourlyJob(random, plan);
  return plan;
};
