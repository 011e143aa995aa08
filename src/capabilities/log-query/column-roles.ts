import type { CheckedQuery } from '#esql/checked-query.ts';
import type { PlanStep, StatsStep, TypedExpression } from '#esql/plan.ts';
import { columnsOf } from '#esql/used-columns.ts';
import { isGrouping } from './group-keys.ts';

/** What the columns of an answer are to its query, by name. */
export interface ColumnRoles {
  /** Of a STATS, the more rows a group has: of a time that is not over they are too small. */
  readonly growing: readonly string[];
  /** By EVAL, of a STATS before it. */
  readonly computed: readonly string[];
  /** By the last SORT. */
  readonly sortedBy: readonly string[];
  /** By any WHERE. */
  readonly filteredBy: readonly string[];
  /** Left by a KEEP; empty without one. */
  readonly kept: readonly string[];
  /** Of each CHANGE_POINT, whose rows say null but where there is a change. */
  readonly changes: readonly ChangeColumns[];
}

export interface ChangeColumns {
  /** The kind of change. */
  readonly type: string;
  readonly pvalue: string;
}

const GROWING: ReadonlySet<string> = new Set(['COUNT', 'COUNT_DISTINCT', 'SUM']);

export const columnRoles = ({ ast, plan: { steps, output } }: CheckedQuery): ColumnRoles => {
  const at = steps.findLastIndex(isGrouping);
  const stats = steps[at];
  const after = stats === undefined ? [] : steps.slice(at + 1);
  const sort = steps.findLast(({ kind }) => kind === 'sort');
  const named = (ids: Iterable<number>): readonly string[] => {
    const wanted = new Set(ids);
    return output.filter(({ id }) => wanted.has(id)).map(({ name }) => name);
  };
  return {
    growing: named(stats !== undefined && isGrouping(stats) ? growingIds(stats, after) : []),
    computed: named(
      after.flatMap((step) => (step.kind === 'eval' ? step.assignments.map((each) => each.column.id) : [])),
    ),
    sortedBy: named(sort?.kind === 'sort' ? columnsOf(sort.keys.map(({ expression }) => expression)) : []),
    filteredBy: named(columnsOf(steps.flatMap((step) => (step.kind === 'where' ? [step.condition] : [])))),
    changes: steps.flatMap((step) => {
      if (step.kind !== 'change-point') return [];
      const [[type], [pvalue]] = [named([step.type.id]), named([step.pvalue.id])];
      return type === undefined || pvalue === undefined ? [] : [{ type, pvalue }];
    }),
    kept: ast.commands.some(({ kind }) => kind === 'keep') ? output.map(({ name }) => name) : [],
  };
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
