import { readablePattern } from '#capabilities/log-query/index.ts';
import { isDate, isNumeric } from '#esql/types.ts';
import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { toOneLine } from '../text.ts';

/** A column of an answer, with its values as they are shown. */
export interface AnswerColumn {
  readonly name: string;
  /** Above its values: the name, and the zone of clock times. */
  readonly label: string;
  readonly isNumber: boolean;
  /** Of the rows that may be shown; null where the row has no value. */
  readonly cells: readonly (string | null)[];
}

export const NO_VALUE = '–';
/** Of all times in a table. */
export const ZONE = 'UTC';

/** Behind the time of a bucket that is not whole. */
export const PART_MARK = '…';

/**
 * `keys`: what a STATS grouped by, of which CATEGORIZE makes patterns. `partsAtMs`: beginnings of the buckets that are
 * not whole.
 */
export const readColumns = (
  answer: QueryAnswer,
  keys: readonly string[],
  mostRows: number,
  now: Date,
  partsAtMs: ReadonlySet<number> = new Set(),
): readonly AnswerColumn[] => {
  const rows = answer.rows.slice(0, mostRows);
  const hasTime = answer.columns.some(({ name }) => name === 'time');
  const headingOf = (name: string): string => (name === '@timestamp' && !hasTime ? 'time' : name);
  return answer.columns.map(({ name, type }, index) => {
    const values = rows.map((row) => row[index] ?? null);
    const textOf = isDate(type) ? timeText(values, now) : keys.includes(name) ? readablePattern : asItStands;
    const isBucket = isDate(type) && keys.includes(name);
    const cells = values.map((value) => {
      if (value === null) return null;
      const isPart = isBucket && typeof value === 'string' && partsAtMs.has(Date.parse(value));
      return `${cellText(value, textOf)}${isPart ? PART_MARK : ''}`;
    });
    const hasClock = isDate(type) && cells.some((cell) => cell?.includes(':') === true);
    return {
      name: toOneLine(name),
      label: toOneLine(hasClock ? `${headingOf(name)} ${ZONE}` : headingOf(name)),
      isNumber: isNumeric(type),
      cells,
    };
  });
};

const asItStands = (value: string): string => value;

const cellText = (value: Exclude<QueryValue, null>, textOf: (value: string) => string): string => {
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  if (typeof value === 'string') return toOneLine(textOf(value));
  if (typeof value === 'boolean') return String(value);
  return toOneLine(`[${value.map((each) => (typeof each === 'string' ? textOf(each) : each)).join(', ')}]`);
};

const DIGITS = 4;
/** Four digits are the whole part. */
const LARGE = 1_000;
/** In full they are as long as a line. */
const TINY = 1e-6;
const HUGE = 1e18;

/** Whole numbers as they are, others to four digits or to the last one before the point, whichever is more. */
export const numberText = (value: number | bigint): string => {
  if (typeof value === 'bigint') return value.toLocaleString('en-US');
  const size = Math.abs(value);
  if (size > HUGE || (size > 0 && size < TINY)) return String(Number(value.toPrecision(DIGITS)));
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return size >= LARGE
    ? Math.round(value).toLocaleString('en-US')
    : value.toLocaleString('en-US', { maximumSignificantDigits: DIGITS });
};

const TIME = /^(\d{4})-(\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})\.\d{3}Z$/u;

/**
 * As short as the times of a column allow, since a date with its year and zone takes most of a phone's line:
 * without the day where all are of today, without the hour where they are starts of days, and with the year
 * only where one is of another year.
 */
const timeText = (values: readonly QueryValue[], now: Date): ((value: string) => string) => {
  const times = values
    .flat()
    .filter((value) => typeof value === 'string')
    .filter((value) => TIME.test(value));
  const days = new Set(times.map((time) => time.slice(0, 10)));
  const today = now.toISOString().slice(0, 10);
  const isToday = days.size === 1 && days.has(today);
  const isThisYear = times.every((time) => time.slice(0, 4) === today.slice(0, 4));
  const isMidnight = times.every((time) => time.includes('T00:00:00.'));
  return (value) => {
    const [, year, day, clock] = TIME.exec(value) ?? [];
    if (year === undefined) return value;
    // One midnight may be the start of an hour as well as of a day: neither is left out.
    if (isToday && !isMidnight) return clock ?? '';
    return `${isThisYear ? '' : `${year}-`}${day}${isMidnight && days.size > 1 ? '' : ` ${clock}`}`;
  };
};
