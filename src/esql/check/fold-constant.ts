import type { ConstantValue, TypedExpression, TypedLiteral } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { widen } from './convert.ts';

const MAX_INTEGER = 2_147_483_647;
// No argument that must be a constant is longer; texts doubled again and again would fill the memory.
const MAX_TEXT_LENGTH = 100_000;

const literal = (type: FieldType, value: ConstantValue): TypedLiteral => ({ kind: 'literal', type, value });

const integer = (value: number): TypedLiteral | undefined =>
  Number.isInteger(value) && Math.abs(value) <= MAX_INTEGER ? literal('integer', value) : undefined;

const numberOf = (value: ConstantValue): number => {
  if (typeof value === 'string') return /^[+-]?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  return value === null ? Number.NaN : Number(value);
};

const arithmetic =
  (operate: (left: number, right: number) => number): Folder =>
  ([left, right]) =>
    left?.type === 'integer' && right?.type === 'integer'
      ? integer(operate(Number(left.value), Number(right.value)))
      : undefined;

type Folder = (values: readonly TypedLiteral[]) => TypedLiteral | undefined;

// What people build a constant argument of: texts joined, and whole numbers computed or read from texts.
const FOLDERS: Readonly<Record<string, Folder>> = {
  CONCAT: (values) => {
    const texts = values.map(({ value }) => String(value));
    return texts.reduce((length, text) => length + text.length, 0) <= MAX_TEXT_LENGTH
      ? literal('keyword', texts.join(''))
      : undefined;
  },
  TO_STRING: ([value]) =>
    value && ['keyword', 'integer', 'long', 'boolean'].includes(value.type)
      ? literal('keyword', String(value.value))
      : undefined,
  TO_INTEGER: ([value]) => (value && value.type !== 'double' ? integer(numberOf(value.value)) : undefined),
  TO_LONG: ([value]) => {
    const number = value && value.type !== 'double' ? numberOf(value.value) : Number.NaN;
    return Number.isSafeInteger(number) ? literal('long', BigInt(number)) : undefined;
  },
  NEGATE: ([value]) => (value?.type === 'integer' ? integer(-Number(value.value)) : undefined),
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
};

/**
 * The expression as a literal where it is made of literals only, also through columns that EVAL and
 * ROW gave a literal; itself otherwise.
 */
export const foldConstant = (expression: TypedExpression): TypedExpression => {
  if (expression.kind === 'column') return expression.constant ?? expression;
  if (expression.kind === 'widen') {
    const operand = foldConstant(expression.operand);
    return operand.kind === 'literal' ? widen(operand, expression.type) : expression;
  }
  if (expression.kind !== 'call') return expression;
  const folder = Object.hasOwn(FOLDERS, expression.function) ? FOLDERS[expression.function] : undefined;
  if (!folder) return expression;
  const values = expression.arguments.map(foldConstant);
  const isKnown = (value: TypedExpression): value is TypedLiteral => value.kind === 'literal' && value.value !== null;
  return (values.every(isKnown) ? folder(values) : undefined) ?? expression;
};
