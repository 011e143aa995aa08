import { MINUTE_MS } from '#kernel/duration.ts';

export interface ValueAxis {
  /** Three of them, from 0. */
  readonly ticks: readonly number[];
  /** Top of the plot. */
  readonly max: number;
}

const STEPS = [1, 2, 2.5, 5, 10];
// Room above the highest value, so that line and label do not touch the title.
const HEADROOM = 1.08;
const TIME_STEPS_MIN = [1, 2, 5, 10, 15, 20, 30, 60];
const TIME_TICKS = 3;
// Labels of ticks that are closer than this share of the width would overlap.
const CLOSEST = 0.18;

/** 0, one step and two steps, where the step is 1, 2, 2.5 or 5 times a power of ten. */
export const valueAxis = (highest: number): ValueAxis => {
  const top = Math.max(highest, Number.MIN_VALUE) * HEADROOM;
  const rough = top / 2.4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((candidate) => candidate * power >= rough) ?? 10) * power;
  return { ticks: [0, step, 2 * step], max: Math.max(top, 2 * step * 1.04) };
};

/** Round UTC times and, last, the end of the window itself. Epoch milliseconds. */
export const timeTicks = (fromMs: number, toMs: number): readonly number[] => {
  const lengthMs = toMs - fromMs;
  if (lengthMs <= 0) return [toMs];
  const stepMs =
    MINUTE_MS * (TIME_STEPS_MIN.find((minutes) => lengthMs / (minutes * MINUTE_MS) <= TIME_TICKS + 0.5) ?? 120);
  const ticks: number[] = [];
  for (let tick = Math.ceil(fromMs / stepMs) * stepMs; tick < toMs - lengthMs * CLOSEST; tick += stepMs) {
    ticks.push(tick);
  }
  return [...ticks, toMs];
};
