import type { BucketSpan } from '#esql/values/bucket-size.ts';
import { UNIT_MILLISECONDS, UNIT_MONTHS } from '#esql/values/time-units.ts';
import type { EmitContext } from '../emitters/emitter.ts';

const MICROSECONDS = 1_000;

/** Calendar months are grouped within their year, years from the year 1. */
const truncateMonths = (context: EmitContext, date: string, months: number): string => {
  if (months === 1 || months === 3 || months === 12) {
    const unit = months === 1 ? 'month' : months === 3 ? 'quarter' : 'year';
    return `TRY(date_trunc('${unit}', ${date}))`;
  }
  const value = context.once(date);
  if (months % 12 === 0) {
    const years = context.bind(months / 12, 'long');
    return `TRY(make_timestamp((year(${value}) - 1) // ${years} * ${years} + 1, 1, 1, 0, 0, 0))`;
  }
  const width = context.bind(months, 'long');
  return `TRY(make_timestamp(year(${value}), (month(${value}) - 1) // ${width} * ${width} + 1, 1, 0, 0, 0))`;
};

/**
 * The start of the span that a date falls into. Clock spans and days count from 1970-01-01, a
 * single week from Monday, months and longer by the calendar.
 */
export const truncateDate = (context: EmitContext, date: string, span: BucketSpan): string => {
  const months = UNIT_MONTHS[span.unit];
  if (months !== undefined) return truncateMonths(context, date, months * span.amount);
  // Seven days are a week to Elasticsearch, which begins on Monday; 14 days count from 1970.
  if ((span.unit === 'week' && span.amount === 1) || (span.unit === 'day' && span.amount === 7))
    return `TRY(date_trunc('week', ${date}))`;
  const width = BigInt(span.amount) * BigInt((UNIT_MILLISECONDS[span.unit] ?? 1) * MICROSECONDS);
  return `TRY(time_bucket(to_microseconds(${context.bind(width, 'long')}), ${date}, TIMESTAMP '1970-01-01'))`;
};
