import { DAY_MS, HOUR_MS } from '#kernel/duration.ts';

const TROUGH_HOUR = 3.5;
const PEAK_FACTOR = 2.2;

/** Times the load of the quietest moment of the day (03:30 UTC), 1 to 2.2 with a shoulder at noon. */
export const loadFactor = (timeMs: number): number => {
  const phase = (2 * Math.PI * (timeMs - TROUGH_HOUR * HOUR_MS)) / DAY_MS;
  const day = (1 - Math.cos(phase)) / 2;
  const shoulder = 0.12 * (1 - Math.cos(2 * phase)) * 0.5;
  return 1 + (PEAK_FACTOR - 1) * Math.min(1, day * 0.88 + shoulder);
};

export const PEAK_LOAD_FACTOR = PEAK_FACTOR;
