import type {
  BinaryExpression,
  Expression,
  InExpression,
  IsNullExpression,
  Junction,
  LikeExpression,
  Span,
} from '../ast.ts';
import { callSourceOf, report, sourceOf } from './checking.ts';
import { isMulti, truth } from './multi-values.ts';
import { readToken, skipBlanks } from '../parse/read-token.ts';
import { checkArithmetic, isUnsignedWithOther, refuseUnsigned } from './check-arithmetic.ts';
import { type Operator, operate } from './operate.ts';
import type { ExpressionContext } from './expression-context.ts';
import { acceptArgument, convertString, isStringLiteral, widen } from './convert.ts';
import type { ArgumentType } from '../functions/definition.ts';
import type { TypedCall, TypedExpression } from '../plan.ts';
import { lucenePatternProblem } from '../extract/lucene-regex.ts';
import type { FieldType } from '../schema.ts';
import { commonType, isNumber, isSpan, isString, typeLabel } from '../types.ts';

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

/** The value as a boolean; undefined if it is none, which is reported. */
const checkBoolean = (
  context: ExpressionContext,
  expression: Expression,
  parent: Span,
  word: string,
): TypedExpression | undefined => {
  const value = context.check(context, expression);
  if (!value) return undefined;
  const conversion = acceptArgument(value, ['boolean']);
  if (conversion && 'value' in conversion) return conversion.value;
  return report(
    context.checking,
    expression.span,
    `${word}argument of [${sourceOf(context.checking, parent)}] must be [boolean], found value [${sourceOf(context.checking, expression.span)}] type [${typeLabel(value.type)}]`,
  );
};

const checkBinary = (context: ExpressionContext, node: BinaryExpression): TypedExpression | undefined => {
  const left = context.check(context, node.left);
  const right = context.check(context, node.right);
  if (!left || !right) return undefined;
  return ['+', '-', '*', '/', '%'].includes(node.operator)
    ? checkArithmetic(context, node, left, right)
    : checkComparison(context, node, left, right);
};

/** Where an operand ends with the parentheses around it, which are no part of its own span. */
const endWithParentheses = (text: string, end: number): number => {
  const { kind, span, ...token } = readToken(text, skipBlanks(text, end));
  return kind === 'symbol' && 'symbol' in token && token.symbol === ')' ? endWithParentheses(text, span.end) : end;
};

/** Each operand with the ones before it, as Elasticsearch names what it is an operand of. */
const checkJunction = (context: ExpressionContext, node: Junction): TypedExpression | undefined => {
  const { checking } = context;
  const spans = node.operands.map(({ span }, at) => ({
    start: node.span.start,
    end: at === node.operands.length - 1 ? node.span.end : endWithParentheses(checking.text, span.end),
  }));
  const operands = node.operands.map((operand, at) => {
    const span = spans[Math.max(at, 1)] ?? node.span;
    return checkBoolean(context, operand, span, at === 0 ? 'first ' : 'second ');
  });
  if (!operands.every((operand) => operand !== undefined)) return undefined;
  return operands.some(isMulti)
    ? joinSeveral(context, node, operands)
    : operate(context, node, node.kind.toUpperCase(), operands, 'boolean');
};

/** Two by two from the left: where one of two has several values both are null, whatever the other is. */
const joinSeveral = (
  context: ExpressionContext,
  node: Junction,
  operands: readonly TypedExpression[],
): TypedExpression => {
  const source = callSourceOf(context.checking, node.span);
  return operands.reduce((left, right) => {
    const pair = [truth(left, source), truth(right, source)];
    const joined = operate(context, node, node.kind.toUpperCase(), pair, 'boolean');
    const several = [left, right].filter(isMulti);
    return several.length === 0 ? joined : { ...joined, function: 'UNLESS SEVERAL', arguments: [joined, ...several] };
  });
};

/** 1st, 2nd, 3rd, 4th, as Elasticsearch counts the values of IN. */
const ordinalOf = (place: number): string => {
  const ending = ['st', 'nd', 'rd'][(place % 10) - 1];
  return `${place}${ending === undefined || [11, 12, 13].includes(place % 100) ? 'th' : ending}`;
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
      `${ordinalOf(at + 1)} argument of [${sourceOf(context.checking, node.span)}] must be [${labels(operand)}], found value [${sourceOf(context.checking, node.values[at]?.span ?? node.span)}] type [${typeLabel(value.type)}]`;
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
    case 'and':
    case 'or':
      return checkJunction(context, node);
    case 'not': {
      const operand = checkBoolean(context, node.operand, node.span, '');
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
