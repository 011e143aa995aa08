import { isMulti } from '#esql/check/multi-values.ts';
import type { TypedCall, TypedExpression } from '#esql/plan.ts';
import { multiValueRule } from '#esql/functions/function-table.ts';
import { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { EmitContext } from './emitter.ts';
import { givesList } from './extraction.ts';
import { EMITTERS } from './emitter-table.ts';
import { BUILT_BYTES, mayBeBuilt } from '../sql/built-bytes.ts';
import { filledList, mapList } from '../sql/list-sql.ts';
import { sqlType } from '../sql/sql-type.ts';

const MAX_SQL_LENGTH = 1_000_000;

/** How the call is computed for each of its first argument's values, if it is. */
const memberRule = (call: TypedCall): ReturnType<typeof multiValueRule> =>
  call.arguments[0] !== undefined && isMulti(call.arguments[0]) ? multiValueRule(call.function) : undefined;

export const isOfEach = (call: TypedCall): boolean => memberRule(call) === 'each';

/** The SQL of a call whose arguments are already SQL, none of them a list that it is computed for each of. */
export const emitCall = (context: EmitContext, call: TypedCall, values: readonly string[]): string => {
  const emit = EMITTERS.get(call.function);
  invariant(emit, `there is SQL for ${call.function}`);
  if (context.maxBuiltBytes === null || !BUILT_BYTES.has(call.function)) return bounded(emit(values, call, context));
  const read = values.map((value) => context.once(value));
  return bounded(`CASE WHEN ${mayBeBuilt(context, call, read)} THEN ${emit(read, call, context)} END`);
};

/** Where a condition is computed in place, what it is computed of is written as often as it is used. */
const bounded = (sql: string): string => {
  if (sql.length <= MAX_SQL_LENGTH) return sql;
  throw new AppError({
    code: 'limit-exceeded',
    isRetryable: false,
    userMessage: 'The query nests too many calls in one expression. Compute some of them in an EVAL before.',
  });
};

/** The SQL of a checked expression; a span has none of its own. */
export const emitExpression = (context: EmitContext, expression: TypedExpression): string => {
  switch (expression.kind) {
    case 'literal':
      return context.bind(expression.value, expression.type);
    case 'list':
      return `[${expression.values.map((value) => context.bind(value, expression.type)).join(', ')}]`;
    case 'span':
      return '';
    case 'column':
      return `c${expression.id}`;
    case 'widen':
      if (expression.type === 'date_nanos' && expression.operand.type === 'date') {
        const toNanos = (date: string): string => `TRY(epoch_ms(${date}) * 1000000)`;
        const operand = emitExpression(context, expression.operand);
        return isMulti(expression) ? mapList(context, operand, toNanos) : toNanos(operand);
      }
      return `CAST(${emitExpression(context, expression.operand)} AS ${sqlType(expression.type, isMulti(expression))})`;
    case 'call': {
      const values = expression.arguments.map((argument) => emitExpression(context, argument));
      const rule = memberRule(expression);
      if (rule !== 'each' && rule !== 'any') return emitCall(context, expression, values);
      const [list = '', ...others] = values;
      // Several texts of a row are one to a search of words, some of which may be in each.
      if (expression.function === 'SEARCH_WORDS')
        return emitCall(context, expression, [`array_to_string(${list}, chr(10))`, ...others]);
      const mapped = mapList(context, list, (member, inside) => emitCall(inside, expression, [member, ...others]));
      if (givesList(expression)) return filledList(context, `flatten(${mapped})`);
      return rule === 'each' ? filledList(context, mapped) : `coalesce(list_bool_or(${mapped}), false)`;
    }
  }
};
