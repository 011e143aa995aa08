import type { CheckedQuery } from '#esql/checked-query.ts';
import type { TypedExpression } from '#esql/plan.ts';
import { expressionsOf } from '#esql/step-expressions.ts';

/** Whether a LIKE was asked for `%`, or for `_` without a wildcard of ES|QL: both stand for themselves there. */
export const hasSqlWildcards = ({ plan }: CheckedQuery): boolean =>
  plan.steps.flatMap(expressionsOf).some(likesSqlWildcards);

const likesSqlWildcards = (expression: TypedExpression): boolean => {
  if (expression.kind === 'widen') return likesSqlWildcards(expression.operand);
  if (expression.kind !== 'call' || expression.function === 'NOT') return false;
  if (expression.function !== 'LIKE') return expression.arguments.some(likesSqlWildcards);
  return expression.arguments
    .slice(1)
    .some((pattern) => pattern.kind === 'literal' && /%|^[^*?]*_[^*?]*$/u.test(String(pattern.value)));
};
