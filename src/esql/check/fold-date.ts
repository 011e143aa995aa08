import type { TypedExpression, TypedSpan } from '../plan.ts';
import { UNIT_MILLISECONDS, UNIT_MONTHS } from '../values/time-units.ts';

const isSpanShift = (name: string): boolean => name === 'ADD_SPAN' || name === 'SUBTRACT_SPAN';

/** A literal or span, or NOW() and dates moved from it by spans. */
export const isFoldable = (value: TypedExpression): boolean => {
  if (value.kind !== 'call') return (value.kind === 'literal' && value.type !== 'date_nanos') || value.kind === 'span';
  return value.function === 'NOW' || (isSpanShift(value.function) && value.arguments.every(isFoldable));
};

/** Months clamp to the last day: 10-31 plus a month is 11-30. */
const addMonths = (ms: number, months: number): number => {
  const date = new Date(ms);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.setUTCDate(Math.min(day, lastDay));
};

const shift = (ms: number, span: TypedSpan, sign: 1 | -1): number => {
  const width = UNIT_MILLISECONDS[span.unit];
  if (width !== undefined) return ms + sign * span.amount * width;
  return addMonths(ms, sign * span.amount * (UNIT_MONTHS[span.unit] ?? 0));
};

/** Milliseconds since 1970 of a foldable date; undefined of null or beyond the calendar. */
export const foldDate = (value: TypedExpression, nowMs: number): number | undefined => {
  if (value.kind === 'literal') return typeof value.value === 'number' ? value.value : undefined;
  if (value.kind !== 'call') return undefined;
  if (value.function === 'NOW') return nowMs;
  const [date, span] = value.arguments;
  if (!date || span?.kind !== 'span') return undefined;
  const ms = foldDate(date, nowMs);
  const moved = ms === undefined ? Number.NaN : shift(ms, span, value.function === 'ADD_SPAN' ? 1 : -1);
  return Number.isFinite(new Date(moved).getTime()) ? moved : undefined;
};
