import type { Plan, TypedExpression } from './plan.ts';
import { expressionsOf } from './step-expressions.ts';

const collect = (expression: TypedExpression, ids: Set<number>): void => {
  if (expression.kind === 'column') ids.add(expression.id);
  else if (expression.kind === 'widen') collect(expression.operand, ids);
  else if (expression.kind === 'call') for (const value of expression.arguments) collect(value, ids);
};

/** The ids of columns that expressions read. */
export const columnsOf = (expressions: readonly TypedExpression[]): ReadonlySet<number> => {
  const ids = new Set<number>();
  for (const expression of expressions) collect(expression, ids);
  return ids;
};

/** The ids of columns that the query reads or returns: only these must leave a source. */
export const usedColumns = (plan: Plan): ReadonlySet<number> => {
  const ids = new Set(plan.output.map(({ id }) => id));
  for (const step of plan.steps) {
    for (const expression of expressionsOf(step)) collect(expression, ids);
    if (step.kind === 'lookup-join' && step.condition) collect(step.condition, ids);
  }
  return ids;
};
