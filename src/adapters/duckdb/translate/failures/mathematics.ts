import { ARITHMETIC, type FailureText, notFinite, overflowOf, says } from './failure.ts';
import { valueAt } from '../emitters/emitter.ts';

/** Doubles whose result leaves the range of double. */
const unbounded =
  (name: string): FailureText =>
  (values, _call, context) =>
    notFinite(context, `TRY(${name}(${values.map((value) => `CAST(${value} AS DOUBLE)`).join(', ')}))`);

const overflow: FailureText = (_values, call, context) => context.bind(overflowOf(call.type), 'keyword');

const logarithm: FailureText = (values, _call, context) => {
  const notPositive = context.bind(`${ARITHMETIC} Log of non-positive number`, 'keyword');
  if (values.length === 1) return notPositive;
  const isNegative = values.map((value) => `${value} <= 0`).join(' OR ');
  return `CASE WHEN ${isNegative} THEN ${notPositive} ELSE ${context.bind(`${ARITHMETIC} Log of base 1`, 'keyword')} END`;
};

export const MATHEMATICS_FAILURES: Readonly<Record<string, FailureText>> = {
  ABS: (_values, call, context) => {
    const type = call.type === 'integer' ? 'Integer' : 'Long';
    return context.bind(`${ARITHMETIC} Overflow to represent absolute value of ${type}.MIN_VALUE`, 'keyword');
  },
  ROUND: (values, call, context) =>
    call.type === 'double' ? notFinite(context, valueAt(values, 0)) : overflow(values, call, context),
  POW: unbounded('pow'),
  COPY_SIGN: overflow,
  SCALB: says(`${ARITHMETIC} not a finite double number: Infinity`),
  EXP: unbounded('exp'),
  EXPM1: says(`${ARITHMETIC} not a finite double number: Infinity`),
  ACOSH: says(`${ARITHMETIC} Acosh input out of range`),
  ATANH: says(`${ARITHMETIC} Atanh input out of range`),
  HYPOT: says(`${ARITHMETIC} not a finite double number: Infinity`),
  TO_DEGREES: unbounded('degrees'),
  TO_RADIANS: unbounded('radians'),
  SQRT: says(`${ARITHMETIC} Square root of negative`),
  LOG: logarithm,
  LOG10: logarithm,
  ASIN: says(`${ARITHMETIC} Asin input out of range`),
  ACOS: says(`${ARITHMETIC} Acos input out of range`),
  SINH: says(`${ARITHMETIC} sinh overflow`),
  COSH: says(`${ARITHMETIC} cosh overflow`),
};
