import { MINUTE_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';

/** Log lines of a minute that starts at this time. */
export interface MinuteCount {
  readonly startMs: number;
  readonly lines: number;
}

/** Which lines are read: the first seconds of each minute, and of the baseline each so many minutes only. */
export interface Sampling {
  readonly secondsPerMinute: number;
  readonly everyMinutes: number;
}

/** A part of the time that is read at once. */
export interface Slice extends TimeWindow {
  readonly expectedLines: number;
}

export const MAX_WINDOW_LINES = 40_000;
export const MAX_BASELINE_LINES = 80_000;
/** Also the most rows that an answer has. */
export const PAGE_LINES = 10_000;

const SECONDS = [60, 30, 20, 10, 5, 2, 1];
// A page is planned for fewer lines than fit, since traffic within a minute is uneven.
const FILL = 0.8;

const sum = (minutes: readonly MinuteCount[]): number => minutes.reduce((total, { lines }) => total + lines, 0);

/** As much as the limits allow; windows and baseline read the same seconds, so that their rates compare. */
export const chooseSampling = (window: readonly MinuteCount[], baseline: readonly MinuteCount[]): Sampling => {
  const fullest = [...window, ...baseline].reduce((most, { lines }) => Math.max(most, lines), 0);
  const fits = (seconds: number): boolean =>
    (sum(window) * seconds) / 60 <= MAX_WINDOW_LINES && (fullest * seconds) / 60 <= PAGE_LINES * FILL;
  const secondsPerMinute = SECONDS.find(fits) ?? 1;
  const everyMinutes = Math.ceil((sum(baseline) * secondsPerMinute) / 60 / MAX_BASELINE_LINES);
  return { secondsPerMinute, everyMinutes: Math.max(1, everyMinutes) };
};

/** Minutes are counted from midnight, as ES|QL's `minute_of_day` does. */
export const isSampledMinute = (startMs: number, everyMinutes: number): boolean => {
  const minuteOfDay = Math.floor(startMs / MINUTE_MS) % 1_440;
  return minuteOfDay % everyMinutes === 0;
};

/** Cuts a span into parts that fit a page each. */
export const planSlices = (
  span: TimeWindow,
  minutes: readonly MinuteCount[],
  { secondsPerMinute, everyMinutes }: Sampling,
): readonly Slice[] => {
  const slices: Slice[] = [];
  let from = span.from;
  let expectedLines = 0;
  for (const { startMs, lines } of minutes) {
    const expected = isSampledMinute(startMs, everyMinutes) ? (lines * secondsPerMinute) / 60 : 0;
    if (expectedLines > 0 && expectedLines + expected > PAGE_LINES * FILL) {
      const to = new Date(Math.max(startMs, from.getTime()));
      slices.push({ from, to, expectedLines });
      from = to;
      expectedLines = 0;
    }
    expectedLines += expected;
  }
  if (expectedLines > 0) slices.push({ from, to: span.to, expectedLines });
  return slices;
};
