import { foldDate, isFoldable } from '#esql/check/fold-date.ts';
import type { CallSource, TypedCall, TypedExpression } from '#esql/plan.ts';
import { emitCall, emitExpression, isOfEach } from '../emitters/emit-expression.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { ARGUMENT, type FailureText } from './failure.ts';
import { FAILURES } from './failure-table.ts';
import { BUILT_BYTES, mayBeBuilt } from '../sql/built-bytes.ts';
import { mapList } from '../sql/list-sql.ts';

/** Where a row may fail: SQL of why it did, null where it did not. */
export interface FailureSite {
  readonly source: CallSource;
  readonly reason: string;
  /** The reason is a list of them, one for each value that failed. */
  readonly isList?: boolean;
}

type Guards = readonly string[];

/** Whether the constants of a call show that it has a value for every row. */
const isSafe = (call: TypedCall, context: EmitContext): boolean => {
  if (isFoldable(call)) return foldDate(call, context.nowMs) !== undefined;
  const [, divisor] = call.arguments;
  if ((call.function !== '/' && call.function !== '%') || divisor?.kind !== 'literal') return false;
  const number = Number(divisor.value);
  // A double divided by less than 1 may leave its range.
  return number >= 1 || number < -1;
};

const siteOfEach = (
  context: EmitContext,
  call: TypedCall,
  guards: Guards,
  values: readonly string[],
  reasonOf: FailureText,
): FailureSite => {
  const [list = '', ...others] = values;
  const reasons = mapList(context, list, (member, inside) => {
    const all = [member, ...others];
    return `CASE WHEN (${emitCall(inside, call, all)}) IS NULL THEN ${reasonOf(all, call, inside)} END`;
  });
  const reason = guards.length === 0 ? reasons : `CASE WHEN ${guards.join(' AND ')} THEN ${reasons} END`;
  return { source: call.source, reason, isList: true };
};

/** Where what is built is bounded, a row may also fail because it would build more. */
const reasonFor = (context: EmitContext, call: TypedCall): FailureText | undefined => {
  const own = FAILURES.get(call.function);
  if (context.maxBuiltBytes === null || !BUILT_BYTES.has(call.function)) return own;
  const tooMuch = `${ARGUMENT} Creating more than [${context.maxBuiltBytes}] bytes by ${call.function} is not supported`;
  return (values) => {
    const other = own ? ` ELSE ${own(values, call, context)}` : '';
    return `CASE WHEN NOT (${mayBeBuilt(context, call, values)}) THEN ${context.bind(tooMuch, 'keyword')}${other} END`;
  };
};

const siteOf = (context: EmitContext, call: TypedCall, guards: Guards): readonly FailureSite[] => {
  const reasonOf = reasonFor(context, call);
  if (!reasonOf || isSafe(call, context)) return [];
  const values = call.arguments.map((argument) =>
    argument.kind === 'span' ? '' : context.once(emitExpression(context, argument)),
  );
  if (isOfEach(call)) return [siteOfEach(context, call, guards, values, reasonOf)];
  const areThere = values.filter((value) => value !== '').map((value) => `${value} IS NOT NULL`);
  const hasFailed = [...guards, ...areThere, `(${emitExpression(context, call)}) IS NULL`].join(' AND ');
  return [{ source: call.source, reason: `CASE WHEN ${hasFailed} THEN ${reasonOf(values, call, context)} END` }];
};

/** What CASE evaluates only where the conditions before it let it. */
const inBranches = (context: EmitContext, call: TypedCall, guards: Guards): readonly FailureSite[] => {
  const found: FailureSite[] = [];
  let passed = guards;
  for (let at = 0; at < call.arguments.length; at += 2) {
    const [first, second] = [call.arguments[at], call.arguments[at + 1]];
    if (!first) break;
    found.push(...findIn(context, first, passed));
    if (!second) break;
    const isTrue = `coalesce(${context.once(emitExpression(context, first))}, false)`;
    found.push(...findIn(context, second, [...passed, isTrue]));
    passed = [...passed, `NOT ${isTrue}`];
  }
  return found;
};

/** COALESCE evaluates a value only where the ones before it are null. */
const inAlternatives = (context: EmitContext, call: TypedCall, guards: Guards): readonly FailureSite[] => {
  let passed = guards;
  return call.arguments.flatMap((argument) => {
    const found = findIn(context, argument, passed);
    if (argument.kind !== 'span') passed = [...passed, `(${emitExpression(context, argument)}) IS NULL`];
    return found;
  });
};

const findIn = (context: EmitContext, expression: TypedExpression, guards: Guards): readonly FailureSite[] => {
  if (expression.kind === 'widen') return findIn(context, expression.operand, guards);
  if (expression.kind !== 'call') return [];
  if (expression.function === 'CASE') return inBranches(context, expression, guards);
  if (expression.function === 'COALESCE') return inAlternatives(context, expression, guards);
  const inside = expression.arguments.flatMap((argument) => findIn(context, argument, guards));
  return [...inside, ...siteOf(context, expression, guards)];
};

/** Every place in the expression where a row may fail. */
export const findFailures = (context: EmitContext, expression: TypedExpression): readonly FailureSite[] =>
  findIn(context, expression, []);
