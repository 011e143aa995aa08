import type { Assignment, PlanStep, TypedExpression } from '#esql/plan.ts';

/** Columns by id: `@timestamp` itself, the start of a span of time that holds it, or what else is made of it. */
export type TimeColumns = ReadonlyMap<number, 'time' | 'start' | 'derived'>;

export const timeColumnsAfter = (step: PlanStep, before: TimeColumns): TimeColumns => {
  switch (step.kind) {
    case 'from': {
      const ids = step.indices.flatMap(({ fields }) =>
        [...fields].flatMap(([id, name]) => (name === '@timestamp' ? [id] : [])),
      );
      return new Map([...before, ...ids.map((id) => [id, 'time'] as const)]);
    }
    case 'eval':
      return assigned(step.assignments, before);
    case 'stats':
      return assigned(step.groups, before);
    default:
      return before;
  }
};

const assigned = (assignments: readonly Assignment[], before: TimeColumns): TimeColumns => {
  const after = new Map(before);
  for (const { column, expression } of assignments) {
    const kind = kindOf(expression, after);
    if (kind) after.set(column.id, kind);
  }
  return after;
};

const kindOf = (value: TypedExpression, columns: TimeColumns): 'time' | 'start' | 'derived' | undefined => {
  if (value.kind === 'column') return columns.get(value.id);
  const isStart = value.kind === 'call' && (value.function === 'BUCKET' || value.function === 'DATE_TRUNC');
  if (isStart && value.arguments.some((argument) => argument.kind === 'column' && isOfTime(argument.id, columns)))
    return 'start';
  return asksForTime(value, columns) ? 'derived' : undefined;
};

const isOfTime = (id: number, columns: TimeColumns): boolean => {
  const kind = columns.get(id);
  return kind === 'time' || kind === 'start';
};

/**
 * Whether a condition looks at when a row is of, rather than at whether it has a time. A word that is searched in all
 * fields is looked for in the times as well if it reads as one, e.g. a year, and asks for none.
 */
export const asksForTime = (value: TypedExpression, columns: TimeColumns): boolean => {
  if (value.kind === 'column') return columns.has(value.id);
  if (value.kind === 'widen') return asksForTime(value.operand, columns);
  if (value.kind !== 'call' || value.function === 'IS NULL' || value.source.isInEveryField === true) return false;
  return value.arguments.some((argument) => asksForTime(argument, columns));
};
