import type { Plan, PlanStep, StatsStep, TypedExpression } from '#esql/plan.ts';

/** What the columns of an answer are to its query, by name. */
export interface ColumnRoles {
  /** Of a STATS, the more rows a group has: of a time that is not over they are too small. */
  readonly growing: readonly string[];
}

const GROWING: ReadonlySet<string> = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM']);

const isGrouping = (step: PlanStep): step is StatsStep => step.kind === 'stats' && !step.isInline;

export const columnRoles = ({ steps, output }: Plan): ColumnRoles => {
  const at = steps.findLastIndex(isGrouping);
  const stats = steps[at];
  const growing = stats !== undefined && isGrouping(stats) ? growingIds(stats, steps.slice(at + 1)) : new Set<number>();
  const named = (ids: ReadonlySet<number>): readonly string[] =>
    output.filter(({ id }) => ids.has(id)).map(({ name }) => name);
  return { growing: named(growing) };
};

const growingIds = ({ aggregates }: StatsStep, after: readonly PlanStep[]): ReadonlySet<number> => {
  const growing = new Set(
    aggregates.filter((aggregate) => GROWING.has(aggregate.function)).map(({ column }) => column.id),
  );
  for (const step of after) {
    if (step.kind !== 'eval') continue;
    for (const { column, expression } of step.assignments) if (grows(expression, growing)) growing.add(column.id);
  }
  return growing;
};

/** A share of what grows alike does not grow. */
const grows = (expression: TypedExpression, growing: ReadonlySet<number>): boolean => {
  if (expression.kind === 'column') return growing.has(expression.id);
  if (expression.kind === 'widen') return grows(expression.operand, growing);
  if (expression.kind !== 'call') return false;
  const [first, second] = expression.arguments;
  if (expression.function === '/' && first !== undefined && second !== undefined)
    return grows(first, growing) && !grows(second, growing);
  return expression.arguments.some((argument) => grows(argument, growing));
};
