import type { Assignment, PlanStep, TypedCall, TypedExpression } from '#esql/plan.ts';

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

/** Whether a condition looks at when a row is of, rather than at whether it has a time. */
export const asksForTime = (value: TypedExpression, columns: TimeColumns): boolean => {
  if (value.kind === 'column') return columns.has(value.id);
  if (value.kind === 'widen') return asksForTime(value.operand, columns);
  if (value.kind !== 'call' || value.function === 'IS NULL') return false;
  const asked = value.arguments.filter((argument) => asksForTime(argument, columns));
  if (value.function !== 'OR' || asked.length === value.arguments.length) return asked.length > 0;
  return asked.some((argument) => !isWord(argument));
};

/** A word that is searched in all fields is looked for in the times as well if it reads as one, e.g. a year. */
const isWord = (value: TypedExpression): boolean =>
  value.kind === 'call' && (value.function === 'SEARCH_VALUE' || isWholeMoment(value));

const isWholeMoment = ({ function: name, arguments: [, from, to, bounds] }: TypedCall): boolean =>
  name === 'SEARCH_RANGE' &&
  [from, to].every((bound) => bound?.kind === 'call' || (bound?.kind === 'literal' && bound.value !== null)) &&
  bounds?.kind === 'literal' &&
  bounds.value === '[)';
