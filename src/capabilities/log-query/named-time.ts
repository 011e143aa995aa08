import type { CheckedQuery } from '#esql/checked-query.ts';
import type { Plan, PlanStep, StatsStep, TypedExpression } from '#esql/plan.ts';
import { expressionsOf } from '#esql/step-expressions.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { foldMoment } from './fold-moment.ts';
import { asksForTime, type TimeColumns, timeColumnsAfter } from './time-columns.ts';

/** The time that a query asks for by itself; null where it has no such bound, or none that is known beforehand. */
export interface NamedTime {
  readonly from: Date | null;
  readonly to: Date | null;
}

/**
 * What the conditions of a query say of `@timestamp`, in whatever words, or else the range of its BUCKET; null:
 * nothing, so that a time is meant that nobody named.
 */
export const namedTime = ({ plan }: Pick<CheckedQuery, 'plan'>, now: Date): NamedTime | null => {
  const found = conditionsIn(plan);
  if (found.length === 0) return bucketTime(plan, now);
  const bounds = found.map((one) => one.bounds(now.getTime())).reduce(both, ANY_TIME);
  return { from: dateOf(bounds.from), to: dateOf(bounds.to) };
};

/** The range of a BUCKET where no condition asks for a time: it leaves no row out, so that whoever runs it must. */
export const bucketWindow = ({ plan }: Pick<CheckedQuery, 'plan'>, now: Date): TimeWindow | null => {
  if (conditionsIn(plan).length > 0) return null;
  const { from = null, to = null } = bucketTime(plan, now) ?? {};
  return from && to ? { from, to } : null;
};

interface Found {
  readonly bounds: (nowMs: number) => Bounds;
}

/** Each step with the columns of time that it sees. */
const withColumns = (plan: Plan): readonly (readonly [PlanStep, TimeColumns])[] => {
  let columns: TimeColumns = new Map();
  return plan.steps.map((step) => {
    const seen = columns;
    columns = timeColumnsAfter(step, columns);
    return [step, seen] as const;
  });
};

const conditionsIn = (plan: Plan): readonly Found[] =>
  withColumns(plan).flatMap(([step, columns]): readonly Found[] => {
    if (step.kind === 'where')
      return asksForTime(step.condition, columns)
        ? [{ bounds: (nowMs) => boundsOf(step.condition, columns, nowMs) }]
        : [];
    if (step.kind !== 'stats') return [];
    const isAsked = step.aggregates.some(({ filter }) => filter !== null && asksForTime(filter, columns));
    return isAsked ? [{ bounds: (nowMs) => filterBounds(step, columns, nowMs) }] : [];
  });

/** A row that no aggregate takes still makes a group, and stays where it is INLINE STATS. */
const filterBounds = ({ aggregates, groups, isInline }: StatsStep, columns: TimeColumns, nowMs: number): Bounds =>
  groups.length > 0 || isInline
    ? ANY_TIME
    : aggregates
        .map(({ filter }) => (filter === null ? ANY_TIME : boundsOf(filter, columns, nowMs)))
        .reduce(either, NO_TIME);

const bucketTime = (plan: Plan, now: Date): NamedTime | null => {
  for (const [step, columns] of withColumns(plan))
    for (const expression of expressionsOf(step)) {
      const range = rangeOfBucket(expression, columns);
      if (range === null) continue;
      const [from, to] = range.map((date) => foldMoment(date, now.getTime()));
      const isWindow = from !== undefined && to !== undefined && from < to;
      return isWindow ? { from: new Date(from), to: new Date(to) } : { from: null, to: null };
    }
  return null;
};

const rangeOfBucket = (value: TypedExpression, columns: TimeColumns): readonly TypedExpression[] | null => {
  if (value.kind === 'widen') return rangeOfBucket(value.operand, columns);
  if (value.kind !== 'call') return null;
  const [date, , from, to] = value.arguments;
  if (value.function === 'BUCKET' && date && from && to) return isTime(date, columns) ? [from, to] : null;
  for (const argument of value.arguments) {
    const range = rangeOfBucket(argument, columns);
    if (range) return range;
  }
  return null;
};

/** In milliseconds since 1970. */
interface Bounds {
  readonly from: number;
  readonly to: number;
}

const ANY_TIME: Bounds = { from: -Infinity, to: Infinity };
const NO_TIME: Bounds = { from: Infinity, to: -Infinity };

const dateOf = (ms: number): Date | null => (Number.isFinite(ms) ? new Date(ms) : null);

const both = (a: Bounds, b: Bounds): Bounds => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) });
const either = (a: Bounds, b: Bounds): Bounds => ({ from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) });

const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=', '==': '==' };

const boundsOf = (condition: TypedExpression, columns: TimeColumns, nowMs: number): Bounds => {
  const [left, right] = condition.kind === 'call' ? condition.arguments : [];
  if (condition.kind !== 'call' || left === undefined) return ANY_TIME;
  const name = condition.function;
  // A search joins as many conditions as it has.
  if (name === 'AND') return condition.arguments.map((each) => boundsOf(each, columns, nowMs)).reduce(both, ANY_TIME);
  if (name === 'OR') return condition.arguments.map((each) => boundsOf(each, columns, nowMs)).reduce(either, NO_TIME);
  if (right === undefined) return ANY_TIME;
  if (name === 'SEARCH_RANGE' || name === 'SEARCH_VALUE') {
    if (!isTime(left, columns)) return ANY_TIME;
    const upTo = name === 'SEARCH_RANGE' ? condition.arguments[2] : right;
    return both(boundAt('>=', right, nowMs), upTo ? boundAt('<=', upTo, nowMs) : ANY_TIME);
  }
  const mirrored = MIRRORED[name];
  if (mirrored === undefined) return ANY_TIME;
  const [operator, column, value] = isColumn(left, columns) ? [name, left, right] : [mirrored, right, left];
  if (isTime(column, columns)) return boundAt(operator, value, nowMs);
  // What begins at or after a moment has nothing from before it; how long it goes on is not known here.
  return isColumn(column, columns, 'start') ? { ...boundAt(operator, value, nowMs), to: Infinity } : ANY_TIME;
};

const isColumn = (value: TypedExpression, columns: TimeColumns, kind?: 'time' | 'start'): boolean => {
  const found = value.kind === 'column' ? columns.get(value.id) : undefined;
  return found !== undefined && (kind === undefined || found === kind);
};

const isTime = (value: TypedExpression, columns: TimeColumns): boolean => isColumn(value, columns, 'time');

const boundAt = (operator: string, value: TypedExpression, nowMs: number): Bounds => {
  const ms = foldMoment(value, nowMs);
  if (ms === undefined) return ANY_TIME;
  return {
    from: operator.startsWith('>') || operator === '==' ? ms : -Infinity,
    to: operator.startsWith('<') || operator === '==' ? ms : Infinity,
  };
};
