import { isMulti } from '#esql/check/multi-values.ts';
import type { TypedCall } from '#esql/plan.ts';
import { emitExpression } from '../emitters/emit-expression.ts';
import { unnestSql } from '../sql/list-sql.ts';
import type { Translation } from '../translation.ts';

/** SQL of the one message of a row that CATEGORIZE is given; where a row has several, there is a row for each from here on. */
export const eachMessage = ({ builder, context }: Translation, { arguments: [message] }: TypedCall): string => {
  if (!message) return "''";
  const sql = context.once(emitExpression(context, message));
  if (!isMulti(message)) return sql;
  const alias = builder.newAlias('t');
  builder.append(`SELECT *, ${unnestSql(sql)} AS ${alias} FROM ${builder.current()}`);
  return alias;
};
