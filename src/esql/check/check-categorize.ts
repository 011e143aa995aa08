import type { Expression, Field } from '../ast.ts';
import { type Checking, report } from './checking.ts';
import type { TypedCall, TypedExpression } from '../plan.ts';

/** The call, if the expression is CATEGORIZE itself. */
export const categorizeCall = (expression: TypedExpression | undefined): TypedCall | null =>
  expression?.kind === 'call' && expression.function === 'CATEGORIZE' ? expression : null;

const findInside = (expression: TypedExpression): TypedCall | null => {
  if (expression.kind === 'widen') return findInside(expression.operand);
  if (expression.kind !== 'call') return null;
  if (expression.function === 'CATEGORIZE') return expression;
  return expression.arguments.map(findInside).find((found) => found !== null) ?? null;
};

/** Whether a group is CATEGORIZE, as it is written. */
export const isCategorize = (expression: Expression): boolean =>
  expression.kind === 'call' && expression.function === 'CATEGORIZE';

/** CATEGORIZE needs all rows before it knows one category, so it stands by itself, once, among the groups. */
export const checkCategorize = (
  checking: Checking,
  field: Field,
  value: TypedExpression,
  place: 'only' | 'second' | 'inline',
): void => {
  const found = findInside(value);
  if (!found) return;
  const source = found.source.text;
  if (place === 'inline') {
    report(checking, field.expression.span, `CATEGORIZE [${source}] is not yet supported with INLINE STATS`);
  } else if (!categorizeCall(value) || found.arguments.some((argument) => findInside(argument) !== null)) {
    report(
      checking,
      field.expression.span,
      `CATEGORIZE grouping function [${source}] can't be used within other expressions`,
    );
  } else if (place === 'second') {
    report(checking, field.expression.span, `CATEGORIZE grouping function [${source}] can be used only once in BY`);
  }
};
