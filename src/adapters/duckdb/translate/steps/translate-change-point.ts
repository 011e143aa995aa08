import type { ChangePointStep } from '#esql/plan.ts';
import { isMulti } from '#esql/check/multi-values.ts';
import { emitExpression } from '../emitters/emit-expression.ts';
import type { FoundChange, Translation } from '../translation.ts';

/** Rows that are looked at, in the order of the key; Elasticsearch looks at no more. */
export const MAX_CHANGE_POINT_ROWS = 1_000;

const orderOf = ({ builder, context }: Translation, step: ChangePointStep): string => {
  const key = builder.newAlias('k');
  builder.define(key, emitExpression(context, step.key));
  return `${key} ASC NULLS LAST`;
};

/** The values of the series in their order with whether a row has several, and one row more than is looked at. */
export const seriesSql = (translation: Translation, step: ChangePointStep): string => {
  const order = orderOf(translation, step);
  const value = translation.context.once(emitExpression(translation.context, step.value));
  const hasSeveral = isMulti(step.value) ? `coalesce(len(${value}), 0) > 1` : 'false';
  const only = isMulti(step.value) ? `CASE WHEN len(${value}) = 1 THEN ${value}[1] END` : value;
  return `SELECT CAST(${only} AS DOUBLE), ${hasSeveral} FROM ${translation.builder.current()} ORDER BY ${order} LIMIT ${MAX_CHANGE_POINT_ROWS + 1}`;
};

/** The rows in their order, and on one of them what was found in their values. */
export const translateChangePoint = (
  translation: Translation,
  step: ChangePointStep,
  found: FoundChange | null,
): void => {
  const { builder } = translation;
  const order = orderOf(translation, step);
  const row = builder.newAlias('t');
  builder.append(
    `SELECT *, row_number() OVER (ORDER BY ${order}) AS ${row} FROM ${builder.current()} ORDER BY ${order} LIMIT ${MAX_CHANGE_POINT_ROWS}`,
  );
  const onRow = (sql: string): string => `CASE WHEN ${row} = ${found?.row ?? 0} THEN ${sql} END`;
  builder.define(`c${step.type.id}`, onRow(builder.bind(found?.kind ?? null, 'keyword')));
  builder.define(`c${step.pvalue.id}`, onRow(builder.bind(found?.pValue ?? null, 'double')));
  translation.order = [order];
};
