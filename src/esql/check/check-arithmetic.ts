import type { BinaryExpression } from '../ast.ts';
import { report, sourceOf } from './checking.ts';
import type { ExpressionContext } from './expression-context.ts';
import { acceptArgument, widen } from './convert.ts';
import { operate } from './operate.ts';
import type { TypedExpression, TypedSpan } from '../plan.ts';
import { DAYS_OF, UNIT_MILLISECONDS, UNIT_MONTHS } from '../values/time-units.ts';
import { commonType, isDate, isNumber, isSpan, typeLabel } from '../types.ts';

/** An unsigned_long beside another number. */
export const isUnsignedWithOther = (left: TypedExpression, right: TypedExpression): boolean =>
  [left.type, right.type].includes('unsigned_long') && (isNumber(left.type) || isNumber(right.type));

export const refuseUnsigned = (
  context: ExpressionContext,
  node: BinaryExpression,
  left: TypedExpression,
  right: TypedExpression,
): undefined =>
  report(
    context.checking,
    node.span,
    `first argument of [${sourceOf(context.checking, node.span)}] is [${left.type}] and second is [${right.type}]. [unsigned_long] can only be operated on together with another [unsigned_long]`,
  );

const asDate = (value: TypedExpression): TypedExpression | undefined => {
  const conversion = acceptArgument(value, ['datetime']);
  return conversion && 'value' in conversion ? conversion.value : undefined;
};

/** Spans of one kind together, in the coarsest unit that holds both; undefined if there is none. */
const addSpans = (left: TypedSpan, right: TypedSpan, operator: string): TypedSpan | undefined => {
  if (operator !== '+' && operator !== '-') return undefined;
  const sign = operator === '+' ? 1 : -1;
  if (left.unit === right.unit) return { ...left, amount: left.amount + sign * right.amount };
  if (left.type !== right.type) return undefined;
  const [scale, unit] =
    left.type === 'time_duration'
      ? ([UNIT_MILLISECONDS, 'millisecond'] as const)
      : UNIT_MONTHS[left.unit] === undefined
        ? ([DAYS_OF, 'day'] as const)
        : ([UNIT_MONTHS, 'month'] as const);
  const [first, second] = [scale[left.unit], scale[right.unit]];
  if (first === undefined || second === undefined) return undefined;
  const amount = left.amount * first + sign * right.amount * second;
  return Number.isSafeInteger(amount) ? { ...left, unit, amount } : undefined;
};

const checkSpanArithmetic = (
  context: ExpressionContext,
  node: BinaryExpression,
  left: TypedExpression,
  right: TypedExpression,
): TypedExpression | undefined => {
  const isSum = node.operator === '+';
  if (left.kind === 'span' && right.kind === 'span') return addSpans(left, right, node.operator);
  const [span, other]: readonly [TypedSpan | undefined, TypedExpression] =
    right.kind === 'span' ? [right, left] : left.kind === 'span' && isSum ? [left, right] : [undefined, left];
  if (!span || !(isSum || node.operator === '-')) return undefined;
  const date = asDate(other);
  const type = date?.type === 'date_nanos' ? 'date_nanos' : 'date';
  return date && operate(context, node, isSum ? 'ADD_SPAN' : 'SUBTRACT_SPAN', [date, span], type);
};

export const checkArithmetic = (
  context: ExpressionContext,
  node: BinaryExpression,
  left: TypedExpression,
  right: TypedExpression,
): TypedExpression | undefined => {
  const refuse = (): undefined =>
    report(
      context.checking,
      node.span,
      `[${node.operator}] has arguments with incompatible types [${typeLabel(left.type)}] and [${typeLabel(right.type)}]`,
    );
  if (isSpan(left.type) || isSpan(right.type)) return checkSpanArithmetic(context, node, left, right) ?? refuse();
  const isOperand = (value: TypedExpression): boolean =>
    isNumber(value.type) || value.type === 'unsigned_long' || value.type === 'null';
  if (isUnsignedWithOther(left, right)) return refuseUnsigned(context, node, left, right);
  if (isOperand(left) && isOperand(right) && !isSpan(left.type) && !isSpan(right.type)) {
    const type = commonType(left.type, right.type) ?? 'integer';
    const operands = type === 'null' ? [left, right] : [widen(left, type), widen(right, type)];
    return operate(context, node, node.operator, operands, type);
  }
  const isDateOrNull = (value: TypedExpression): boolean => isDate(value.type) || value.type === 'null';
  // A null beside a date may be a span that is not there.
  if (
    (node.operator === '+' || node.operator === '-') &&
    isDateOrNull(left) &&
    isDateOrNull(right) &&
    left.type !== right.type
  )
    return {
      kind: 'literal',
      type: left.type === 'null' ? right.type : left.type,
      value: null,
    };
  if (isDate(left.type) || isDate(right.type)) return refuse();
  const [side, value, word] = isOperand(left)
    ? ([node.right, right, 'second'] as const)
    : ([node.left, left, 'first'] as const);
  return report(
    context.checking,
    side.span,
    `${word} argument of [${sourceOf(context.checking, node.span)}] must be [numeric], found value [${sourceOf(context.checking, side.span)}] type [${typeLabel(value.type)}]`,
  );
};
