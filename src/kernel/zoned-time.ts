/** What a clock on the wall shows. Months count from 1; values beyond their range carry over, as in day 32. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const PARTS = {
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const;

/** Whether the name is a time zone of the IANA database, e.g. `Europe/Berlin`. */
export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** Making one takes a hundred times as long as using it. There are as many as zones, however people write them. */
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const key = timeZone.toLowerCase();
  const known = FORMATS.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', { ...PARTS, timeZone, hourCycle: 'h23' });
  FORMATS.set(key, made);
  return made;
};

/** What the clocks of the zone show at that instant. Throws RangeError for an unknown zone. */
export const wallClockAt = (at: Date, timeZone: string): WallClock => {
  const parts = formatOf(timeZone).formatToParts(at);
  const read = (type: keyof typeof PARTS): number => Number(parts.find((part) => part.type === type)?.value);
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
};

const asUtcMs = ({ year, month, day, hour, minute, second }: WallClock): number =>
  Date.UTC(year, month - 1, day, hour, minute, second);

/**
 * When the clocks of the zone show that. Where they are put back and show it twice, one of the two; where they
 * are put forward over it, as long after the change as it is after the gap's beginning.
 */
export const instantOf = (clock: WallClock, timeZone: string): Date => {
  const shown = asUtcMs(clock);
  const offsetAt = (ms: number): number => asUtcMs(wallClockAt(new Date(ms), timeZone)) - ms;
  const guess = shown - offsetAt(shown);
  return new Date(shown - offsetAt(guess));
};
