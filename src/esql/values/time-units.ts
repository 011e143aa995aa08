import type { SpanUnit } from '../ast.ts';

const NAMES: Readonly<Record<SpanUnit, string>> = {
  millisecond: 'ms millisecond milliseconds',
  second: 's sec second seconds',
  minute: 'm min minute minutes',
  hour: 'h hour hours',
  day: 'd day days',
  week: 'w week weeks',
  month: 'mo month months',
  quarter: 'q quarter quarters',
  year: 'y yr year years',
};

const UNIT_OF_NAME: ReadonlyMap<string, SpanUnit> = new Map(
  Object.entries(NAMES).flatMap(([unit, names]) => names.split(' ').map((name) => [name, unit as SpanUnit] as const)),
);

export const unitOfName = (name: string): SpanUnit | undefined => UNIT_OF_NAME.get(name.toLowerCase());

/** Days and longer follow the calendar; the others are lengths of time. */
export const isCalendarUnit = (unit: SpanUnit): boolean =>
  unit === 'day' || unit === 'week' || unit === 'month' || unit === 'quarter' || unit === 'year';

/** Milliseconds of the units that always take as long; undefined for months and longer. */
export const UNIT_MILLISECONDS: Readonly<Partial<Record<SpanUnit, number>>> = {
  millisecond: 1,
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Months of the units that follow the calendar's months. */
export const UNIT_MONTHS: Readonly<Partial<Record<SpanUnit, number>>> = { month: 1, quarter: 3, year: 12 };

/** Days of the units that follow the calendar's days. */
export const DAYS_OF: Readonly<Partial<Record<SpanUnit, number>>> = { day: 1, week: 7 };
