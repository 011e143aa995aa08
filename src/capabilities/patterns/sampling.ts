import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Random } from '#kernel/random.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type ByStratum, eachStratum, type Stratum } from './strata.ts';

/** Log lines of a minute that starts at this time. */
export interface MinuteCount {
  readonly startMs: number;
  readonly lines: ByStratum<number>;
}

/** Decides which seconds of which minutes are read; the same for all that is compared. */
export interface SampleKey {
  readonly linear: number;
  readonly constant: number;
}

/** Which lines are read: so many seconds of each minute, and of the baseline one of so many minutes only. */
export interface Sampling {
  readonly secondsPerMinute: number;
  /** A power of two, so that minutes of a sparser sample are among those of a denser one. */
  readonly everyMinutes: number;
  readonly key: SampleKey;
}

/** A part of the time that is read at once. */
export interface Slice extends TimeWindow {
  readonly expectedLines: number;
}

export const MAX_LINES: ByStratum<{ readonly window: number; readonly baseline: number }> = {
  errors: { window: 20_000, baseline: 40_000 },
  others: { window: 40_000, baseline: 80_000 },
};
/** Also the most rows that an answer has. */
export const PAGE_LINES = 10_000;

const SECONDS = [60, 30, 20, 10, 5, 2, 1];
// A page is planned for fewer lines than fit, since traffic within a minute is uneven.
const FILL = 0.8;

// The least prime above the minutes of a day: quadratic residues have no period that a job could share.
const PRIME = 1_447;
// Puts the seconds that are read evenly across a minute, so that a burst of some seconds is never missed whole.
const STRIDE = 13;
const FACTORS = { second: 37, minute: 41 } as const;

export const createSampleKey = (random: Random): SampleKey => ({
  linear: Math.floor(random() * PRIME),
  constant: Math.floor(random() * PRIME),
});

const sum = (minutes: readonly MinuteCount[], stratum: Stratum): number =>
  minutes.reduce((total, { lines }) => total + lines[stratum], 0);

/** As much as the limits allow; window and baseline read the same seconds, so that their rates compare. */
export const chooseSampling = (
  window: readonly MinuteCount[],
  baseline: readonly MinuteCount[],
  stratum: Stratum,
  key: SampleKey,
): Sampling => {
  const most = MAX_LINES[stratum];
  const fits = (seconds: number): boolean => (sum(window, stratum) * seconds) / 60 <= most.window;
  const secondsPerMinute = SECONDS.find(fits) ?? 1;
  const minutes = (sum(baseline, stratum) * secondsPerMinute) / 60 / most.baseline;
  return { secondsPerMinute, everyMinutes: 2 ** Math.ceil(Math.log2(Math.max(1, minutes))), key };
};

/** What each of them reads. */
export const commonSampling = ({ errors, others }: ByStratum<Sampling>): Sampling => ({
  secondsPerMinute: Math.min(errors.secondsPerMinute, others.secondsPerMinute),
  everyMinutes: Math.max(errors.everyMinutes, others.everyMinutes),
  key: errors.key,
});

const mixed = (minuteOfDay: number, factor: number, { linear, constant }: SampleKey): number =>
  (factor * minuteOfDay * minuteOfDay + linear * minuteOfDay + constant) % PRIME;

// Minutes are counted from midnight, as ES|QL's `minute_of_day` does.
const minuteOfDayAt = (atMs: number): number => Math.floor(atMs / MINUTE_MS) % 1_440;

export const isSampledMinute = (atMs: number, { everyMinutes, key }: Sampling): boolean =>
  mixed(minuteOfDayAt(atMs), FACTORS.minute, key) % everyMinutes === 0;

const isSampledSecond = (atMs: number, { secondsPerMinute, key }: Sampling): boolean => {
  const second = Math.floor(atMs / SECOND_MS) % 60;
  return (STRIDE * second + mixed(minuteOfDayAt(atMs), FACTORS.second, key)) % 60 < secondsPerMinute;
};

export const isSampled = (atMs: number, sampling: Sampling): boolean =>
  isSampledMinute(atMs, sampling) && isSampledSecond(atMs, sampling);

/** `isSampled` in ES|QL, as conditions. */
export const sampledConditions = ({ secondsPerMinute, everyMinutes, key }: Sampling): readonly string[] => {
  const minute = 'DATE_EXTRACT("minute_of_day", @timestamp)';
  const mixedBy = (factor: number): string =>
    `(${factor} * ${minute} * ${minute} + ${key.linear} * ${minute} + ${key.constant}) % ${PRIME}`;
  const second = `${STRIDE} * DATE_EXTRACT("second_of_minute", @timestamp)`;
  return [
    ...(secondsPerMinute < 60 ? [`(${second} + ${mixedBy(FACTORS.second)}) % 60 < ${secondsPerMinute}`] : []),
    ...(everyMinutes > 1 ? [`${mixedBy(FACTORS.minute)} % ${everyMinutes} == 0`] : []),
  ];
};

/** Cuts a span into parts that fit a page each. */
export const planSlices = (
  span: TimeWindow,
  minutes: readonly MinuteCount[],
  stratum: Stratum,
  sampling: Sampling,
): readonly Slice[] => {
  const slices: Slice[] = [];
  let from = span.from;
  let expectedLines = 0;
  for (const { startMs, lines } of minutes) {
    const expected = isSampledMinute(startMs, sampling) ? (lines[stratum] * sampling.secondsPerMinute) / 60 : 0;
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

/** All of them, whether read or not. */
export const countLines = (minutes: readonly MinuteCount[]): ByStratum<number> =>
  eachStratum((stratum) => sum(minutes, stratum));
