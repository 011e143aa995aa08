import type { Expression } from '../ast.ts';
import { callSourceOf, report } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import { checkExpression } from './check-expression.ts';
import type { Place } from './expression-context.ts';
import { acceptArgument } from './convert.ts';
import { truth } from './multi-values.ts';
import type { TypedExpression } from '../plan.ts';
import { typeLabel } from '../types.ts';

/** A condition of WHERE, boolean or null; undefined if it is not, which is reported. */
export const checkCondition = (
  checking: Checking,
  scope: Scope,
  place: Place,
  condition: Expression,
): TypedExpression | undefined => {
  const value = checkExpression(checking, scope, place, condition);
  if (!value) return undefined;
  const conversion = value.type === 'boolean' || value.type === 'null' ? acceptArgument(value, ['boolean']) : undefined;
  if (conversion && 'value' in conversion) return truth(conversion.value, callSourceOf(checking, condition.span));
  const found = typeLabel(value.type).toUpperCase();
  return report(checking, condition.span, `Condition expression needs to be boolean, found [${found}]`);
};
