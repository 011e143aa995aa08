import type { BinaryExpression, Expression, InExpression, IsNullExpression, LikeExpression } from '../ast.ts';
import { callSourceOf, report, sourceOf } from './checking.ts';
import type { ExpressionContext } from './expression-context.ts';
import { acceptArgument, convertString, isStringLiteral, widen } from './convert.ts';
import type { ArgumentType } from '../functions/definition.ts';
import { callOf } from './multi-values.ts';
import type { TypedCall, TypedExpression, TypedSpan } from '../plan.ts';
import { lucenePatternProblem } from '../extract/regex-syntax.ts';
import type { FieldType } from '../schema.ts';
import { DAYS_OF, UNIT_MILLISECONDS, UNIT_MONTHS } from '../values/time-units.ts';
import { commonType, isDate, isNumber, isSpan, isString, typeLabel } from '../types.ts';

type Operator = Exclude<
  Expression,
  { readonly kind: 'literal' | 'list' | 'time-span' | 'parameter' | 'column' | 'star' | 'call' | 'cast' | 'options' }
>;

const operate = (
  context: ExpressionContext,
  node: Operator,
  name: string,
  values: readonly TypedExpression[],
  type: FieldType,
): TypedCall => callOf(name, values, type, callSourceOf(context.checking, node.span));

const test = (
  context: ExpressionContext,
  node: InExpression | LikeExpression,
  name: string,
  values: readonly TypedExpression[],
): TypedCall => {
  const result = operate(context, node, name, values, 'boolean');
  return node.isNegated ? operate(context, node, 'NOT', [result], 'boolean') : result;
};

/** Whether there is any value. */
const testNull = (
  context: ExpressionContext,
  node: IsNullExpression | LikeExpression,
  operand: TypedExpression,
): TypedCall => {
  const isNull = { ...operate(context, node, 'IS NULL', [], 'boolean'), arguments: [operand] };
  return node.isNegated ? operate(context, node, 'NOT', [isNull], 'boolean') : isNull;
};

const labels = (value: TypedExpression): string =>
  isNumber(value.type) || value.type === 'unsigned_long' ? 'numeric' : typeLabel(value.type);

const CONVERTS_TO: Readonly<Partial<Record<FieldType, ArgumentType>>> = {
  date: 'datetime',
  boolean: 'boolean',
  ip: 'ip',
  version: 'version',
  date_nanos: 'date_nanos',
};

/** Both sides in one type: numbers widened, a string literal read as what the other side is. Or why not. */
const meet = (
  left: TypedExpression,
  right: TypedExpression,
): { readonly left: TypedExpression; readonly right: TypedExpression } | { readonly problem: string | null } => {
  if (left.kind === 'span' || right.kind === 'span') return { problem: null };
  const type = commonType(left.type, right.type);
  if (type === 'null') return { left, right };
  if (type) return { left: widen(left, type), right: widen(right, type) };
  const target = isStringLiteral(right) ? CONVERTS_TO[left.type] : CONVERTS_TO[right.type];
  const literal = isStringLiteral(right) ? right : left;
  if (target === undefined || !isStringLiteral(literal)) return { problem: null };
  const conversion = convertString(literal, [target]);
  if (!conversion || 'problem' in conversion) return { problem: conversion?.problem ?? null };
  return literal === right ? { left, right: conversion.value } : { left: conversion.value, right };
};

/** An unsigned_long beside another number. */
const isUnsignedWithOther = (left: TypedExpression, right: TypedExpression): boolean =>
  [left.type, right.type].includes('unsigned_long') && (isNumber(left.type) || isNumber(right.type));

const refuseUnsigned = (
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

const checkComparison = (
  context: ExpressionContext,
  node: BinaryExpression,
  left: TypedExpression,
  right: TypedExpression,
): TypedExpression | undefined => {
  const met = meet(left, right);
  if ('left' in met) return operate(context, node, node.operator, [met.left, met.right], 'boolean');
  if (isUnsignedWithOther(left, right)) return refuseUnsigned(context, node, left, right);
  const source = sourceOf(context.checking, node.span);
  const message =
    met.problem ??
    `first argument of [${source}] is [${labels(left)}] so second argument must also be [${labels(left)}] but was [${labels(right)}]`;
  const literal = isStringLiteral(right) ? node.right : node.left;
  return report(context.checking, met.problem === null ? node.span : literal.span, message);
};

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

const checkArithmetic = (
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

/** The value as a boolean; undefined if it is none, which is reported. */
const checkBoolean = (
  context: ExpressionContext,
  expression: Expression,
  parent: Expression,
  word: string,
): TypedExpression | undefined => {
  const value = context.check(context, expression);
  if (!value) return undefined;
  const conversion = acceptArgument(value, ['boolean']);
  if (conversion && 'value' in conversion) return conversion.value;
  return report(
    context.checking,
    expression.span,
    `${word}argument of [${sourceOf(context.checking, parent.span)}] must be [boolean], found value [${sourceOf(context.checking, expression.span)}] type [${typeLabel(value.type)}]`,
  );
};

const checkBinary = (context: ExpressionContext, node: BinaryExpression): TypedExpression | undefined => {
  if (node.operator === 'AND' || node.operator === 'OR') {
    const left = checkBoolean(context, node.left, node, 'first ');
    const right = checkBoolean(context, node.right, node, 'second ');
    return left && right && operate(context, node, node.operator, [left, right], 'boolean');
  }
  const left = context.check(context, node.left);
  const right = context.check(context, node.right);
  if (!left || !right) return undefined;
  return ['+', '-', '*', '/', '%'].includes(node.operator)
    ? checkArithmetic(context, node, left, right)
    : checkComparison(context, node, left, right);
};

const checkIn = (context: ExpressionContext, node: InExpression): TypedExpression | undefined => {
  const operand = context.check(context, node.operand);
  const values = node.values.map((value) => context.check(context, value));
  if (!operand || !values.every((value) => value !== undefined)) return undefined;
  let first = operand;
  const others: TypedExpression[] = [];
  for (const [at, value] of values.entries()) {
    const met = meet(first, value);
    if ('left' in met) {
      // A later, wider number widens the operand; the ones before stay comparable with it.
      first = met.left;
      others.push(met.right);
      continue;
    }
    const message =
      met.problem ??
      `${at + 1}. value of [${sourceOf(context.checking, node.span)}] must be [${labels(operand)}], found value [${sourceOf(context.checking, node.values[at]?.span ?? node.span)}] type [${typeLabel(value.type)}]`;
    return report(context.checking, node.values[at]?.span ?? node.span, message);
  }
  const widened = others.map((value) =>
    first.kind === 'span' || first.type === 'null' ? value : widen(value, first.type),
  );
  return test(context, node, 'IN', [first, ...widened]);
};

const TAKES_EVERYTHING = { like: /^\*+$/, rlike: /^\.\*$/ } as const;

const checkLike = (context: ExpressionContext, node: LikeExpression): TypedExpression | undefined => {
  const { checking } = context;
  const operand = context.check(context, node.operand);
  const patterns = node.patterns.map((pattern) => {
    const value = context.check(context, pattern);
    if (!value) return undefined;
    if (!isStringLiteral(value))
      return report(
        checking,
        pattern.span,
        `pattern of ${node.kind.toUpperCase()} must be a string, found type [${typeLabel(value.type)}]`,
      );
    const problem = node.kind === 'rlike' ? lucenePatternProblem(String(value.value)) : undefined;
    return problem === undefined ? value : report(checking, pattern.span, problem);
  });
  if (!operand) return undefined;
  if (!isString(operand.type) && operand.type !== 'null')
    return report(
      checking,
      node.operand.span,
      `argument of [${sourceOf(checking, node.span)}] must be [string], found value [${sourceOf(checking, node.operand.span)}] type [${typeLabel(operand.type)}]`,
    );
  if (!patterns.every((pattern) => pattern !== undefined)) return undefined;
  // Elasticsearch reads a pattern that takes everything as IS NOT NULL, so that NOT LIKE "*" keeps null.
  const [only, ...others] = patterns;
  if (operand.kind !== 'literal' && others.length === 0 && TAKES_EVERYTHING[node.kind].test(String(only?.value)))
    return testNull(context, { ...node, isNegated: !node.isNegated }, operand);
  const text = operand.type === 'null' ? widen(operand, 'keyword') : operand;
  return test(context, node, node.kind === 'like' ? 'LIKE' : 'RLIKE', [text, ...patterns]);
};

export const checkOperator = (context: ExpressionContext, node: Operator): TypedExpression | undefined => {
  switch (node.kind) {
    case 'binary':
      return checkBinary(context, node);
    case 'not': {
      const operand = checkBoolean(context, node.operand, node, '');
      return operand && operate(context, node, 'NOT', [operand], 'boolean');
    }
    case 'negate': {
      const operand = context.check(context, node.operand);
      if (!operand) return undefined;
      if (operand.kind === 'span') return { ...operand, amount: -operand.amount };
      if (!isSpan(operand.type) && (isNumber(operand.type) || operand.type === 'null'))
        return operate(context, node, 'NEGATE', [operand], operand.type);
      return report(
        context.checking,
        node.span,
        `argument of [${sourceOf(context.checking, node.span)}] must be [numeric], found value [${sourceOf(context.checking, node.operand.span)}] type [${typeLabel(operand.type)}]`,
      );
    }
    case 'in':
      return checkIn(context, node);
    case 'like':
    case 'rlike':
      return checkLike(context, node);
    case 'is-null': {
      const operand = context.check(context, node.operand);
      if (!operand) return undefined;
      if (isSpan(operand.type)) return report(context.checking, node.span, 'a time span cannot be tested for null');
      return testNull(context, node, operand);
    }
  }
};
