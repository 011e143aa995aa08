import type { FromStep, LimitStep, LookupJoinStep, PlanStep, SortStep } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import { emitExpression } from '../emitters/emit-expression.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { storedNanosSql } from '../sql/date-nanos-sql.ts';
import { readIpSql } from '../sql/ip-sql.ts';
import { unnestSql } from '../sql/list-sql.ts';
import type { SelectBuilder } from './select-builder.ts';
import { sqlType } from '../sql/sql-type.ts';
import { translateChangePoint } from './translate-change-point.ts';
import { translateInlineStats } from './translate-inline-stats.ts';
import { translateEval, translateStats } from './translate-stats.ts';
import type { IndexSource, Translation } from '../translation.ts';

/** `lists` are the fields of which a row may hold several values. */
const rawSource = (builder: SelectBuilder, source: IndexSource, lists: ReadonlySet<string>): IndexSource => ({
  table: builder.raw(source.table),
  column: (field, type) => {
    const column = builder.raw(source.column(field, type));
    return type === 'ip' ? readIpSql(column, lists.has(field)) : column;
  },
});

const fromIndex = (translation: Translation, step: FromStep, at: number): string => {
  const index = step.indices[at];
  invariant(index, 'a source has its indices');
  const { range, builder } = translation;
  const source = rawSource(builder, translation.sources(index.name), index.multiValued);
  const columns = step.columns
    .filter(({ id }) => translation.used.has(id))
    .map(({ id, type, isMulti }) => {
      const field = index.fields.get(id);
      if (field === undefined) return `CAST(NULL AS ${sqlType(type, isMulti)}) AS c${id}`;
      const stored = index.datesToNanos.has(id)
        ? storedNanosSql(source.column(field, 'date'), index.multiValued.has(field))
        : source.column(field, type);
      if (!isMulti || index.multiValued.has(field)) return `${stored} AS c${id}`;
      return `CASE WHEN ${stored} IS NOT NULL THEN [${stored}] END AS c${id}`;
    });
  if (step.indexColumn) columns.push(`${builder.bind(index.name, 'keyword')} AS c${step.indexColumn.id}`);
  const timestamp = source.column('@timestamp', 'date');
  const filter =
    range && index.hasTimestamp
      ? ` WHERE ${timestamp} >= ${builder.bind(range.from.getTime(), 'date')} AND ${timestamp} < ${builder.bind(range.to.getTime(), 'date')}`
      : '';
  return `SELECT ${columns.length === 0 ? '1 AS c0' : columns.join(', ')} FROM ${source.table}${filter}`;
};

const translateFrom = (translation: Translation, step: FromStep): void =>
  translation.builder.append(step.indices.map((_, at) => fromIndex(translation, step, at)).join(' UNION ALL '));

const severalIn = ({ added, keys }: LookupJoinStep): ReadonlySet<string> =>
  new Set([
    ...added.flatMap(({ column, field }) => (column.isMulti ? [field] : [])),
    ...keys.flatMap(({ field, isMulti }) => (isMulti ? [field] : [])),
  ]);

/** Rows that are few, or sorted, stay in their order, as they do in Elasticsearch; others have none to be kept. */
const orderOfRows = (translation: Translation): readonly string[] => {
  const { builder } = translation;
  const order = [...translation.order, ...translation.ties];
  if (order.length > 0 || !translation.areFew) return order;
  const number = builder.newAlias('k');
  builder.append(`SELECT *, row_number() OVER () AS ${number} FROM ${builder.current()}`, 'once');
  return [number];
};

const translateLookupJoin = (translation: Translation, step: LookupJoinStep): void => {
  const { builder } = translation;
  const source = rawSource(builder, translation.sources(step.index), severalIn(step));
  const keys = step.keys.map(({ expression, field, type, isMulti }) => {
    const stored = source.column(field, type);
    return {
      own: translation.context.once(emitExpression(translation.context, expression)),
      alias: builder.newAlias('j'),
      stored: isMulti ? `CASE WHEN len(${stored}) = 1 THEN ${stored}[1] END` : stored,
    };
  });
  const order = orderOfRows(translation);
  const place = builder.newAlias('k');
  const added = step.added.filter(({ column }) => translation.used.has(column.id));
  const columns = [
    ...keys.map(({ stored, alias }) => `${stored} AS ${alias}`),
    ...added.map(({ column, field }) => `${source.column(field, column.type)} AS c${column.id}`),
    ...(order.length > 0 ? [`row_number() OVER () AS ${place}`] : []),
  ].join(', ');
  const kept = ['l.*', ...added.map(({ column }) => `r.c${column.id}`), ...(order.length > 0 ? [`r.${place}`] : [])];
  // What a condition computes it computes in place: it stands over the columns of both sides.
  const inline: EmitContext = { ...translation.context, once: (sql) => `(${sql})` };
  const on = step.condition
    ? emitExpression(inline, step.condition)
    : keys.map(({ own, alias }) => `l.${own} = r.${alias}`).join(' AND ');
  builder.append(
    `SELECT ${kept.join(', ')} FROM ${builder.current()} l LEFT JOIN (SELECT ${columns} FROM ${source.table}) r ON ${on}`,
  );
  translation.order = order.length > 0 ? [...order, place] : [];
};

const translateSort = (translation: Translation, step: SortStep): void => {
  const { builder, context } = translation;
  translation.order = step.keys.map(({ expression, direction, nulls }) => {
    const sql = emitExpression(context, expression);
    const alias = expression.kind === 'column' ? sql : builder.newAlias('k');
    if (alias !== sql) builder.define(alias, sql);
    return `${alias} ${direction.toUpperCase()} NULLS ${nulls.toUpperCase()}`;
  });
};

export const orderBy = ({ order, ties }: Translation): string => {
  const keys = [...order, ...ties];
  return keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
};

const translateLimit = (translation: Translation, step: LimitStep): void => {
  const { builder } = translation;
  builder.append(
    `SELECT * FROM ${builder.current()}${orderBy(translation)} LIMIT ${builder.bind(BigInt(step.count), 'long')}`,
  );
  translation.areFew = true;
};

/** Adds one step of the plan to the chain. */
export const translateStep = (translation: Translation, step: PlanStep): void => {
  const { builder, context } = translation;
  switch (step.kind) {
    case 'from':
      return translateFrom(translation, step);
    case 'row':
      translation.areFew = true;
      return builder.append('SELECT 1 AS c0');
    case 'where': {
      const condition = emitExpression(context, step.condition);
      return builder.append(`SELECT * FROM ${builder.current()} WHERE ${condition}`);
    }
    case 'eval':
      return translateEval(translation, step.assignments);
    case 'stats':
      return step.isInline ? translateInlineStats(translation, step) : translateStats(translation, step);
    case 'lookup-join':
      return translateLookupJoin(translation, step);
    case 'mv-expand': {
      const list = context.once(emitExpression(context, step.expression));
      return builder.append(`SELECT *, ${unnestSql(list)} AS c${step.column.id} FROM ${builder.current()}`);
    }
    case 'sample': {
      const probability = builder.bind(step.probability, 'double');
      return builder.append(`SELECT * FROM ${builder.current()} WHERE random() < ${probability}`, 'once');
    }
    case 'change-point':
      return translateChangePoint(translation, step, translation.changes.shift() ?? null);
    case 'sort':
      return translateSort(translation, step);
    case 'limit':
      return translateLimit(translation, step);
  }
};
