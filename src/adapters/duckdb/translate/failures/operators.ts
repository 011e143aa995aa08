import type { TypedCall } from '#esql/plan.ts';
import { ARGUMENT, ARITHMETIC, type FailureText, notFinite, overflowOf, says } from './failure.ts';
import { valueAt } from '../emitters/emitter.ts';

const arithmetic =
  (operator: string): FailureText =>
  (values, call, context) =>
    call.type === 'double'
      ? notFinite(context, `(${valueAt(values, 0)} ${operator} ${valueAt(values, 1)})`)
      : context.bind(overflowOf(call.type), 'keyword');

// Also of doubles whose quotient is not finite.
const division = says(`${ARITHMETIC} / by zero`);

const overflow: FailureText = (_values, call: TypedCall, context) => context.bind(overflowOf(call.type), 'keyword');

export const OPERATOR_FAILURES: Readonly<Record<string, FailureText>> = {
  '+': arithmetic('+'),
  '-': arithmetic('-'),
  '*': arithmetic('*'),
  '/': division,
  '%': division,
  'SINGLE VALUE': says(`${ARGUMENT} single-value function encountered multi-value`),
  'SINGLE CONDITION': says(`${ARGUMENT} CASE expects a single-valued boolean`),
  'SINGLE KEY': says(`${ARGUMENT} LOOKUP JOIN encountered multi-value`),
  NEGATE: overflow,
  BUCKET: says(`${ARITHMETIC} / by zero`),
  ADD_SPAN: says(overflowOf('long')),
  SUBTRACT_SPAN: says(overflowOf('long')),
};
