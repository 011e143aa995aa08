import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';

// Ticks come at intervals that jitter a little.
const JITTER_MS = 10 * SECOND_MS;
// What was done further ahead than this was done before the clock was set back.
const CLOCK_SET_BACK_MS = 2 * MINUTE_MS;

export const wasClockSetBack = (last: Date, at: Date): boolean => last.getTime() - at.getTime() > CLOCK_SET_BACK_MS;

/** Whether something that is done every so often is due; null: it was never done. */
export const isDue = (last: Date | null, at: Date, everyMs: number): boolean =>
  last === null || at.getTime() - last.getTime() >= everyMs - JITTER_MS || wasClockSetBack(last, at);
