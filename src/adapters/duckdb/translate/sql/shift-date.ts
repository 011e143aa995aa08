import { foldDate, isFoldable } from '#esql/check/fold-date.ts';
import type { TypedCall, TypedSpan } from '#esql/plan.ts';
import { UNIT_MILLISECONDS, UNIT_MONTHS } from '#esql/values/time-units.ts';
import { nanosOfTimestamp, timestampOfNanos } from './date-nanos-sql.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { spanArgument, valueAt } from '../emitters/emitter.ts';

const MAX_INTEGER = 2_147_483_647;
const MICROSECONDS = 1_000;
// A JavaScript date ends there, in the year 275760.
export const MAX_DATE_MS = 8_640_000_000_000_000;

/** The span as an interval that keeps months, days and time apart; undefined beyond DuckDB's range. */
export const intervalSql = (context: EmitContext, span: TypedSpan, sign: 1 | -1 = 1): string | undefined => {
  const months = UNIT_MONTHS[span.unit];
  const days = span.unit === 'day' ? 1 : span.unit === 'week' ? 7 : undefined;
  const whole = sign * span.amount * (months ?? days ?? 1);
  if (months !== undefined || days !== undefined) {
    if (Math.abs(whole) > MAX_INTEGER) return undefined;
    return `${months === undefined ? 'to_days' : 'to_months'}(${context.bind(whole, 'integer')})`;
  }
  const microseconds = BigInt(whole) * BigInt((UNIT_MILLISECONDS[span.unit] ?? 1) * MICROSECONDS);
  return `to_microseconds(${context.bind(microseconds, 'long')})`;
};

/** A date moved by a span; months clamp to the last day, and beyond the calendar it is null. */
export const shiftDate = (values: readonly string[], call: TypedCall, context: EmitContext, sign: 1 | -1): string => {
  // A constant here lets DuckDB skip whole row groups by their timestamps.
  if (isFoldable(call)) return context.bind(foldDate(call, context.nowMs) ?? null, 'date');
  const interval = intervalSql(context, spanArgument(call, 1), sign);
  if (interval === undefined) return context.bind(null, call.type);
  if (call.type === 'date_nanos') {
    const nanos = context.once(valueAt(values, 0));
    return nanosOfTimestamp(context, `TRY(${timestampOfNanos(nanos)} + ${interval})`, `${nanos} % 1000`);
  }
  const moved = context.once(`TRY(${valueAt(values, 0)} + ${interval})`);
  const [least, most] = [context.bind(-MAX_DATE_MS, 'date'), context.bind(MAX_DATE_MS, 'date')];
  return `CASE WHEN ${moved} BETWEEN ${least} AND ${most} THEN ${moved} END`;
};
