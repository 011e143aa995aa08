import type { DateField, DateUnit } from '#esql/functions/date-units.ts';
import { canonicalZone } from '#esql/values/zones.ts';
import { dateFieldOfName, dateUnitOfName } from '#esql/functions/date-units.ts';
import type { TypedCall } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { spanArgument, textArgument, valueAt } from './emitter.ts';
import { nanosOfTimestamp, nanosTextSql, timestampOfNanos } from '../sql/date-nanos-sql.ts';
import { formatDateSql, formatNanosSql } from '../sql/date-pattern-sql.ts';
import { dateTextSql, isoDateSql } from '../sql/iso-date-sql.ts';
import { parseDateSql } from '../sql/parse-date-sql.ts';
import { truncateDate } from '../sql/truncate-date.ts';

const MILLISECONDS_OF: Readonly<Partial<Record<DateUnit, number>>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
};
const PER_MILLISECOND: Readonly<Partial<Record<DateUnit, number>>> = { microsecond: 1_000, nanosecond: 1_000_000 };
const MONTHS_OF: Readonly<Partial<Record<DateUnit, number>>> = { month: 1, quarter: 3, year: 12 };

/** Full months as java.time counts them: one less if the end is earlier in its month than the start. */
const monthsBetween = (context: EmitContext, start: string, end: string): string => {
  const [a, b] = [context.once(start), context.once(end)];
  const count = context.once(`(year(${b}) * 12 + month(${b})) - (year(${a}) * 12 + month(${a}))`);
  const offset = (date: string): string => context.once(`${date} - date_trunc('month', ${date})`);
  const [inStart, inEnd] = [offset(a), offset(b)];
  return (
    `CASE WHEN ${count} > 0 AND ${inEnd} < ${inStart} THEN ${count} - 1 ` +
    `WHEN ${count} < 0 AND ${inEnd} > ${inStart} THEN ${count} + 1 ELSE ${count} END`
  );
};

const isNanos = (call: TypedCall, at: number): boolean => call.arguments[at]?.type === 'date_nanos';

/** An argument as a timestamp; one with nanoseconds is cut to microseconds. */
export const timestampAt = (values: readonly string[], call: TypedCall, at: number): string =>
  isNanos(call, at) ? timestampOfNanos(valueAt(values, at)) : valueAt(values, at);

const nanosAt = (values: readonly string[], call: TypedCall, at: number): string =>
  isNanos(call, at) ? valueAt(values, at) : `epoch_ms(${valueAt(values, at)}) * 1000000`;

/** Whole units from one date to the other, before they are cut to an integer. */
export const elapsedSql: Emitter = (values, call, context) => {
  const unit = dateUnitOfName(textArgument(call, 0));
  invariant(unit, 'the unit of DATE_DIFF is checked');
  const [start, end] = [timestampAt(values, call, 1), timestampAt(values, call, 2)];
  const months = MONTHS_OF[unit];
  if (months !== undefined) return `TRY((${monthsBetween(context, start, end)}) // ${months})`;
  if (isNanos(call, 1) || isNanos(call, 2)) {
    const width = BigInt(MILLISECONDS_OF[unit] ?? 0) * 1_000_000n || 1_000_000n / BigInt(PER_MILLISECOND[unit] ?? 1);
    return `TRY(TRY(${nanosAt(values, call, 2)} - ${nanosAt(values, call, 1)}) // ${width})`;
  }
  const elapsed = `(epoch_ms(${end}) - epoch_ms(${start}))`;
  return PER_MILLISECOND[unit] === undefined
    ? `${elapsed} // ${MILLISECONDS_OF[unit] ?? 1}`
    : `TRY(${elapsed} * ${PER_MILLISECOND[unit]})`;
};

const dateDiff: Emitter = (values, call, context) => `TRY_CAST(${elapsedSql(values, call, context)} AS INTEGER)`;

/** Each as an expression over a date that stands once or twice. */
const FIELDS: Readonly<Record<DateField, (date: string) => string>> = {
  year: (date) => `year(${date})`,
  year_of_era: (date) => `CASE WHEN year(${date}) > 0 THEN year(${date}) ELSE 1 - year(${date}) END`,
  era: (date) => `CASE WHEN year(${date}) > 0 THEN 1 WHEN year(${date}) <= 0 THEN 0 END`,
  proleptic_month: (date) => `year(${date}) * 12 + month(${date}) - 1`,
  month_of_year: (date) => `month(${date})`,
  day_of_month: (date) => `day(${date})`,
  day_of_year: (date) => `dayofyear(${date})`,
  day_of_week: (date) => `isodow(${date})`,
  aligned_week_of_month: (date) => `(day(${date}) - 1) // 7 + 1`,
  aligned_week_of_year: (date) => `(dayofyear(${date}) - 1) // 7 + 1`,
  aligned_day_of_week_in_month: (date) => `(day(${date}) - 1) % 7 + 1`,
  aligned_day_of_week_in_year: (date) => `(dayofyear(${date}) - 1) % 7 + 1`,
  epoch_day: (date) => `date_diff('day', TIMESTAMP '1970-01-01', ${date})`,
  hour_of_day: (date) => `hour(${date})`,
  clock_hour_of_day: (date) => `(hour(${date}) + 23) % 24 + 1`,
  hour_of_ampm: (date) => `hour(${date}) % 12`,
  clock_hour_of_ampm: (date) => `(hour(${date}) + 11) % 12 + 1`,
  ampm_of_day: (date) => `hour(${date}) // 12`,
  minute_of_hour: (date) => `minute(${date})`,
  minute_of_day: (date) => `hour(${date}) * 60 + minute(${date})`,
  second_of_minute: (date) => `second(${date})`,
  second_of_day: (date) => `hour(${date}) * 3600 + minute(${date}) * 60 + second(${date})`,
  milli_of_second: (date) => `millisecond(${date}) % 1000`,
  milli_of_day: (date) => `(hour(${date}) * 60 + minute(${date})) * 60000 + millisecond(${date})`,
  micro_of_second: (date) => `millisecond(${date}) % 1000 * 1000`,
  micro_of_day: (date) => `((hour(${date}) * 60 + minute(${date})) * 60000 + millisecond(${date})) * 1000`,
  nano_of_second: (date) => `millisecond(${date}) % 1000 * 1000000`,
  nano_of_day: (date) => `((hour(${date}) * 60 + minute(${date})) * 60000 + millisecond(${date})) * 1000000`,
  instant_seconds: (date) => `date_diff('second', TIMESTAMP '1970-01-01', ${date})`,
  offset_seconds: (date) => `year(${date}) * 0`,
};

const PER_DAY = '86400000000000';

/** Those in which a date with nanoseconds has more than milliseconds. */
const NANO_FIELDS: Readonly<Partial<Record<DateField, (nanos: string) => string>>> = {
  micro_of_second: (nanos) => `${nanos} % 1000000000 // 1000`,
  micro_of_day: (nanos) => `${nanos} % ${PER_DAY} // 1000`,
  nano_of_second: (nanos) => `${nanos} % 1000000000`,
  nano_of_day: (nanos) => `${nanos} % ${PER_DAY}`,
};

const dateExtract: Emitter = (values, call, context) => {
  const field = dateFieldOfName(textArgument(call, 0));
  invariant(field, 'the part of DATE_EXTRACT is checked');
  const ofNanos = isNanos(call, 1) ? NANO_FIELDS[field] : undefined;
  if (ofNanos) return ofNanos(valueAt(values, 1));
  return `TRY_CAST(${FIELDS[field](context.once(timestampAt(values, call, 1)))} AS BIGINT)`;
};

const partOf =
  (field: DateField): Emitter =>
  (values, call) =>
    `CAST(${FIELDS[field](timestampAt(values, call, 0))} AS BIGINT)`;

export const DATE_EMITTERS: Readonly<Record<string, Emitter>> = {
  NOW: (_values, _call, context) => context.bind(context.nowMs, 'date'),
  DATE_TRUNC: (values, call, context) => {
    const start = truncateDate(context, timestampAt(values, call, 1), spanArgument(call, 0));
    return isNanos(call, 1) ? nanosOfTimestamp(context, start) : start;
  },
  DATE_DIFF: dateDiff,
  DATE_EXTRACT: dateExtract,
  YEAR: partOf('year'),
  MONTH: partOf('month_of_year'),
  DAY: partOf('day_of_month'),
  HOUR: partOf('hour_of_day'),
  DAY_NAME: (values, call) => `dayname(${timestampAt(values, call, 0)})`,
  MONTH_NAME: (values, call) => `monthname(${timestampAt(values, call, 0)})`,
  DATE_FORMAT: (values, call, context) => {
    const at = values.length - 1;
    const date = valueAt(values, at);
    if (at === 0) return isNanos(call, 0) ? nanosTextSql(context.once(date)) : dateTextSql(date);
    const format = isNanos(call, at) ? formatNanosSql : formatDateSql;
    return format(context, date, textArgument(call, 0));
  },
  DATE_PARSE: (values, call, context) =>
    values.length === 1
      ? isoDateSql(context, valueAt(values, 0))
      : parseDateSql(
          context,
          valueAt(values, 1),
          textArgument(call, 0),
          values.length > 2 ? canonicalZone(textArgument(call, 2)) : 'Z',
        ),
};
