import { MINUTE_MS } from '#kernel/duration.ts';
import type { ScoredWindow } from './page-rules.ts';

/** A minute in which one window of one kind was unusual. */
export interface UnusualMinute {
  /** Whole minutes since 1970. */
  readonly minute: number;
  /** Kind and length of the window, e.g. `error3`. */
  readonly window: string;
  /** The most that its rate was above the usual one, in [0, 1]. */
  readonly excess: number;
}

/** Of the last three hours, oldest first. */
export type UnusualMinutes = readonly UnusualMinute[];

export const UNUSUAL_SCORE = 2.5;
const HOUR_MINUTES = 60;
const HOURS = 3;
const LEAST_HOURS = 2;
const TOLERANCE_MINUTES = 1;
/** How far back the minutes are kept. */
export const RING_MS = (HOURS * HOUR_MINUTES + TOLERANCE_MINUTES) * MINUTE_MS;
const LEAST_SHARE_OF_EXCESS = 0.5;
// Where most of the hour around it was unusual, a fault lasted, and repeats nothing.
const MOST_MINUTES_OF_AN_HOUR = 30;

export const minuteOf = (at: Date): number => Math.floor(at.getTime() / MINUTE_MS);

export const keyOf = ({ fit, window }: Pick<ScoredWindow, 'fit' | 'window'>): string => `${fit.kind}${window.minutes}`;

const excessOf = ({ k, n, fit }: ScoredWindow): number => (n > 0 ? k / n - fit.p : 0);

/**
 * Whether the same window was as unusual in the same minute of at least two of the last three
 * hours: a job that runs each hour, and no news. At least half of today's excess counts.
 */
export const repeatsEachHour = (past: UnusualMinutes, scored: ScoredWindow, at: Date): boolean => {
  const key = keyOf(scored);
  const own = past.filter(({ window }) => window === key);
  const least = LEAST_SHARE_OF_EXCESS * excessOf(scored);
  let hours = 0;
  for (let hour = 1; hour <= HOURS; hour += 1) {
    const then = minuteOf(at) - hour * HOUR_MINUTES;
    const within = (minutes: number): UnusualMinutes => own.filter(({ minute }) => Math.abs(minute - then) <= minutes);
    const isAsBad = within(TOLERANCE_MINUTES).some(({ excess }) => excess >= least);
    if (isAsBad && within(HOUR_MINUTES / 2).length <= MOST_MINUTES_OF_AN_HOUR) hours += 1;
  }
  return hours >= LEAST_HOURS;
};

export const unusualBefore = (past: UnusualMinutes, at: Date): UnusualMinutes =>
  past.filter(({ minute }) => minute < minuteOf(at));

/** The ring after one more tick; the same object where nothing is new and nothing too old. */
export const rememberUnusual = (past: UnusualMinutes, scored: readonly ScoredWindow[], at: Date): UnusualMinutes => {
  const minute = minuteOf(at);
  const oldest = minute - HOURS * HOUR_MINUTES - TOLERANCE_MINUTES;
  let ring = past.some((entry) => entry.minute < oldest) ? past.filter((entry) => entry.minute >= oldest) : past;
  for (const each of scored) {
    if (each.rawScore < UNUSUAL_SCORE) continue;
    const window = keyOf(each);
    const excess = excessOf(each);
    const known = ring.find((entry) => entry.minute === minute && entry.window === window);
    if (known && known.excess >= excess) continue;
    ring = [...ring.filter((entry) => entry !== known), { minute, window, excess }];
  }
  return ring;
};
