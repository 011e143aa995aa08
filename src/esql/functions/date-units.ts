export type DateUnit =
  | 'year'
  | 'quarter'
  | 'month'
  | 'week'
  | 'day'
  | 'hour'
  | 'minute'
  | 'second'
  | 'millisecond'
  | 'microsecond'
  | 'nanosecond';

/** Names of the units of DATE_DIFF, between spaces. */
export const DATE_UNITS: Readonly<Record<DateUnit, string>> = {
  year: 'year years yy yyyy',
  quarter: 'quarter quarters qq q',
  month: 'month months mm m',
  week: 'week weeks wk ww',
  day: 'day days dd d weekday weekdays dw dayofyear dy y',
  hour: 'hour hours hh',
  minute: 'minute minutes mi n',
  second: 'second seconds ss s',
  millisecond: 'millisecond milliseconds ms',
  microsecond: 'microsecond microseconds mcs',
  nanosecond: 'nanosecond nanoseconds ns',
};

const UNIT_OF_NAME: ReadonlyMap<string, DateUnit> = new Map(
  Object.entries(DATE_UNITS).flatMap(([unit, names]) =>
    names.split(' ').map((name) => [name, unit as DateUnit] as const),
  ),
);

/** The unit of DATE_DIFF by any of its names. */
export const dateUnitOfName = (name: string): DateUnit | undefined => UNIT_OF_NAME.get(name.toLowerCase());

// Those fields of java.time.temporal.ChronoField that a date with milliseconds has.
export const DATE_FIELDS = [
  'year',
  'year_of_era',
  'era',
  'proleptic_month',
  'month_of_year',
  'day_of_month',
  'day_of_year',
  'day_of_week',
  'aligned_week_of_month',
  'aligned_week_of_year',
  'aligned_day_of_week_in_month',
  'aligned_day_of_week_in_year',
  'epoch_day',
  'hour_of_day',
  'clock_hour_of_day',
  'hour_of_ampm',
  'clock_hour_of_ampm',
  'ampm_of_day',
  'minute_of_hour',
  'minute_of_day',
  'second_of_minute',
  'second_of_day',
  'milli_of_second',
  'milli_of_day',
  'micro_of_second',
  'micro_of_day',
  'nano_of_second',
  'nano_of_day',
  'instant_seconds',
  'offset_seconds',
] as const;
export type DateField = (typeof DATE_FIELDS)[number];

/** The part of DATE_EXTRACT, in any case. */
export const dateFieldOfName = (name: string): DateField | undefined =>
  DATE_FIELDS.find((field) => field === name.toLowerCase());
