import { foldDate, isFoldable } from '#esql/check/fold-date.ts';
import type { TypedExpression, TypedSpan } from '#esql/plan.ts';
import { UNIT_MILLISECONDS, UNIT_MONTHS } from '#esql/values/time-units.ts';

/** Milliseconds since 1970 of a date that needs no row, also one that is rounded; undefined where it is none. */
export const foldMoment = (value: TypedExpression, nowMs: number): number | undefined => {
  if (isFoldable(value)) return foldDate(value, nowMs);
  const [first, second] = value.kind === 'call' ? value.arguments : [];
  if (value.kind !== 'call' || !first || !second) return undefined;
  if (value.function === 'DATE_TRUNC') {
    const ms = foldMoment(second, nowMs);
    return ms === undefined || first.kind !== 'span' ? undefined : startOf(ms, first);
  }
  if (value.function !== 'ADD_SPAN' && value.function !== 'SUBTRACT_SPAN') return undefined;
  const ms = foldMoment(first, nowMs);
  if (ms === undefined) return undefined;
  const moved: TypedExpression = { ...value, arguments: [{ kind: 'literal', type: 'date', value: ms }, second] };
  return isFoldable(moved) ? foldDate(moved, nowMs) : undefined;
};

// 1970-01-01 was a Thursday; weeks begin on Monday.
const FIRST_MONDAY_MS = 4 * (UNIT_MILLISECONDS.day ?? 0);

/** Of one unit only: where several begin depends on what they are counted from. */
const startOf = (ms: number, { amount, unit }: TypedSpan): number | undefined => {
  if (amount !== 1) return undefined;
  const width = UNIT_MILLISECONDS[unit];
  if (width !== undefined) {
    const first = unit === 'week' ? FIRST_MONDAY_MS : 0;
    return first + Math.floor((ms - first) / width) * width;
  }
  const months = UNIT_MONTHS[unit];
  if (months === undefined) return undefined;
  const start = new Date(ms);
  start.setUTCMonth(Math.floor(start.getUTCMonth() / months) * months, 1);
  return start.setUTCHours(0, 0, 0, 0);
};
