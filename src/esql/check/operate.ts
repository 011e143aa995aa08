import type { Expression } from '../ast.ts';
import { callSourceOf } from './checking.ts';
import type { ExpressionContext } from './expression-context.ts';
import { callOf } from './multi-values.ts';
import type { TypedCall, TypedExpression } from '../plan.ts';
import type { FieldType } from '../schema.ts';

export type Operator = Exclude<
  Expression,
  { readonly kind: 'literal' | 'list' | 'time-span' | 'parameter' | 'column' | 'star' | 'call' | 'cast' | 'options' }
>;

/** The call of an operator, whose operands must have one value each. */
export const operate = (
  context: ExpressionContext,
  node: Operator,
  name: string,
  values: readonly TypedExpression[],
  type: FieldType,
): TypedCall => callOf(name, values, type, callSourceOf(context.checking, node.span));
