import type { TypedCall, TypedExpression } from '#esql/plan.ts';
import type { FieldType } from '#esql/schema.ts';
import { isWhole } from '#esql/types.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { finite, textArgument, valueAt } from './emitter.ts';
import { likePattern, lucenePattern } from '../sql/patterns.ts';
import { shiftDate } from '../sql/shift-date.ts';

const infix =
  (operator: string): Emitter =>
  (values) =>
    `(${values.join(` ${operator} `)})`;

/** Whole numbers overflow to null, doubles beyond their range as well. */
const arithmetic =
  (operator: string, wholeOperator = operator): Emitter =>
  (values, call, context) => {
    const [left, right] = [valueAt(values, 0), valueAt(values, 1)];
    if (call.type === 'double') return finite(context, `${left} ${operator} ${right}`);
    return `TRY(${left} ${wholeOperator} ${right})`;
  };

const mayBeMinusOne = (divisor: TypedExpression | undefined, type: FieldType): boolean =>
  type !== 'double' && type !== 'unsigned_long' && (divisor?.kind !== 'literal' || Number(divisor.value) === -1);

/** The least whole number divided by -1 is itself, as in Java; DuckDB raises an error. */
const division =
  (operator: string, wholeOperator: string, ofMinusOne: (dividend: string) => string): Emitter =>
  (values, call, context) => {
    if (!mayBeMinusOne(call.arguments[1], call.type)) return arithmetic(operator, wholeOperator)(values, call, context);
    const [left, right] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
    return `CASE WHEN ${right} = -1 THEN ${ofMinusOne(left)} ELSE TRY(${left} ${wholeOperator} ${right}) END`;
  };

const matchAny = (
  values: readonly string[],
  call: TypedCall,
  match: (text: string, pattern: string) => string,
  context: EmitContext,
): string => {
  const patterns = call.arguments.slice(1).map((_, at) => textArgument(call, at + 1));
  const text = patterns.length > 1 ? context.once(valueAt(values, 0)) : valueAt(values, 0);
  return `(${patterns.map((pattern) => match(text, pattern)).join(' OR ')})`;
};

const like: Emitter = (values, call, context) =>
  matchAny(
    values,
    call,
    (text, pattern) => {
      const { sql, isEscaped } = likePattern(pattern);
      return `${text} LIKE ${context.bind(sql, 'keyword')}${isEscaped ? " ESCAPE '\\'" : ''}`;
    },
    context,
  );

const rlike: Emitter = (values, call, context) =>
  matchAny(
    values,
    call,
    (text, pattern) => `TRY(regexp_full_match(${text}, ${context.bind(lucenePattern(pattern), 'keyword')}))`,
    context,
  );

const isIn: Emitter = (values) => `(${valueAt(values, 0)} IN (${values.slice(1).join(', ')}))`;

const onlyMember: Emitter = (values, _, context) => {
  const list = context.once(valueAt(values, 0));
  return `CASE WHEN len(${list}) = 1 THEN ${list}[1] END`;
};

export const OPERATOR_EMITTERS: Readonly<Record<string, Emitter>> = {
  '+': arithmetic('+'),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': division('/', '//', (dividend) => `coalesce(TRY(-${dividend}), ${dividend})`),
  '%': division('%', '%', (dividend) => `(${dividend} - ${dividend})`),
  NEGATE: (values, call) => (isWhole(call.type) ? `TRY(-${valueAt(values, 0)})` : `(-${valueAt(values, 0)})`),
  ADD_SPAN: (values, call, context) => shiftDate(values, call, context, 1),
  SUBTRACT_SPAN: (values, call, context) => shiftDate(values, call, context, -1),
  '==': infix('='),
  '!=': infix('<>'),
  '<': infix('<'),
  '<=': infix('<='),
  '>': infix('>'),
  '>=': infix('>='),
  AND: infix('AND'),
  OR: infix('OR'),
  NOT: (values) => `(NOT ${valueAt(values, 0)})`,
  IN: isIn,
  LIKE: like,
  RLIKE: rlike,
  'SINGLE VALUE': onlyMember,
  'SINGLE CONDITION': onlyMember,
  'SINGLE KEY': onlyMember,
  'SINGLE TRUTH': onlyMember,
  'UNLESS SEVERAL': ([value = '', ...lists]) =>
    `CASE WHEN ${lists.map((list) => `coalesce(len(${list}), 0) <= 1`).join(' AND ')} THEN ${value} END`,
  'AS LIST': (values, _, context) => {
    const value = context.once(valueAt(values, 0));
    return `CASE WHEN ${value} IS NOT NULL THEN [${value}] END`;
  },
  'IS NULL': (values) => `(${valueAt(values, 0)} IS NULL)`,
};
