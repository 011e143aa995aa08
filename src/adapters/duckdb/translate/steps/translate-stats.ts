import type { Assignment, EvalStep, PlannedAggregate, StatsStep, TypedCall } from '#esql/plan.ts';
import { categorizeCall } from '#esql/check/check-categorize.ts';
import { isMulti } from '#esql/check/multi-values.ts';
import { invariant } from '#kernel/invariant.ts';
import { emitCall, emitExpression } from '../emitters/emit-expression.ts';
import type { AggregateSql } from '../emitters/emitter.ts';
import { AGGREGATES } from '../emitters/emitter-table.ts';
import { unnestSql } from '../sql/list-sql.ts';
import { eachMessage } from './each-message.ts';
import type { Translation } from '../translation.ts';

export const translateEval = ({ builder, context }: Translation, assignments: EvalStep['assignments']): void => {
  for (const { column, expression } of assignments)
    builder.define(`c${column.id}`, emitExpression(context, expression));
};

/** A row for each message, in a column of its own: two of one category are two. */
const categorizeEach = (translation: Translation, column: Assignment['column'], call: TypedCall): void => {
  const { builder, context } = translation;
  const message = eachMessage(translation, call);
  builder.define(`c${column.id}`, emitCall(context, call, [message]));
};

/** A row of several values of a key belongs to each of their groups. */
const translateGroup = (translation: Translation, { column, expression }: Assignment): void => {
  const { builder, context } = translation;
  if (!isMulti(expression)) return translateEval(translation, [{ column, expression }]);
  const categorized = categorizeCall(expression);
  if (categorized) return categorizeEach(translation, column, categorized);
  const keys = context.once(`list_distinct(${emitExpression(context, expression)})`);
  const filled = `CASE WHEN len(${keys}) > 0 THEN ${keys} END`;
  builder.append(`SELECT *, ${unnestSql(filled)} AS c${column.id} FROM ${builder.current()}`);
};

interface Quantiles {
  readonly of: string;
  readonly filter: string;
  readonly alias: string;
  readonly positions: string[];
}

/** Aggregates over the same rows: those of STATS, or one for each value of a field of several. */
interface Branch {
  /** The field of several values, and the alias of one of them. */
  readonly several: { readonly list: string; readonly member: string } | null;
  readonly selected: string[];
  readonly quantiles: Map<string, Quantiles>;
}

interface Stats {
  readonly branches: Map<string, Branch>;
  readonly results: { alias: string; sql: string }[];
}

const branchOf = ({ builder }: Translation, { branches }: Stats, list: string | null): Branch => {
  const known = branches.get(list ?? '');
  if (known) return known;
  const several = list === null ? null : { list, member: builder.newAlias('t') };
  const branch: Branch = { several, selected: [], quantiles: new Map() };
  branches.set(list ?? '', branch);
  return branch;
};

const emitAggregate = (
  { context }: Translation,
  planned: PlannedAggregate,
  values: readonly string[],
): AggregateSql => {
  const emit = AGGREGATES.get(planned.function);
  invariant(emit, `there is SQL for the aggregate ${planned.function}`);
  const filter = planned.filter ? ` FILTER (WHERE ${emitExpression(context, planned.filter)})` : '';
  return emit(values, filter, planned.arguments);
};

const addAggregate = (translation: Translation, stats: Stats, planned: PlannedAggregate): void => {
  const { builder, context } = translation;
  const alias = `c${planned.column.id}`;
  const [aggregated] = planned.arguments;
  const values = planned.arguments.map((value) => context.once(emitExpression(context, value)));
  const isSeveral = aggregated !== undefined && isMulti(aggregated);
  const branch = branchOf(translation, stats, isSeveral ? (values[0] ?? null) : null);
  const emitted = emitAggregate(
    translation,
    planned,
    branch.several ? [branch.several.member, ...values.slice(1)] : values,
  );
  if ('quantile' in emitted) {
    const { of, at, filter } = emitted.quantile;
    const key = `${of}${filter}`;
    const list = branch.quantiles.get(key) ?? { of, filter, alias: builder.newAlias('t'), positions: [] };
    branch.quantiles.set(key, list);
    stats.results.push({ alias, sql: emitted.result(`${list.alias}[${list.positions.push(at)}]`) });
    return;
  }
  if (!emitted.result) {
    branch.selected.push(`${emitted.aggregate} AS ${alias}`);
    return;
  }
  const raw = builder.newAlias('t');
  branch.selected.push(`${emitted.aggregate} AS ${raw}`);
  const sql = emitted.result(raw);
  stats.results.push({ alias, sql });
  if (emitted.failure === undefined) return;
  const reason = `CASE WHEN ${raw} IS NOT NULL AND ${sql} IS NULL THEN ${context.bind(emitted.failure, 'keyword')} END`;
  translation.onAggregateFailure({ source: planned.source, reason });
};

const selectBranch = (branch: Branch, groups: readonly string[], from: string): string => {
  const lists = [...branch.quantiles.values()].map(
    ({ of, filter, alias, positions }) => `quantile_cont(${of}, [${positions.join(', ')}])${filter} AS ${alias}`,
  );
  const rows = branch.several
    ? `(SELECT *, ${unnestSql(branch.several.list)} AS ${branch.several.member} FROM ${from})`
    : from;
  const by = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : '';
  return `SELECT ${[...groups, ...branch.selected, ...lists].join(', ')} FROM ${rows}${by}`;
};

/** Null is a group like any other. */
const sameGroup = (groups: readonly string[]): string =>
  groups.map((group) => `l.${group} IS NOT DISTINCT FROM r.${group}`).join(' AND ');

/** The rows become groups with their aggregates. */
export const aggregateGroups = (translation: Translation, step: StatsStep): void => {
  const { builder } = translation;
  for (const group of step.groups) translateGroup(translation, group);
  translation.onGroups(step);
  const stats: Stats = { branches: new Map(), results: [] };
  for (const planned of step.aggregates) addAggregate(translation, stats, planned);
  if (stats.branches.size === 0) branchOf(translation, stats, null);
  const groups = step.groups.map(({ column }) => `c${column.id}`);
  const from = builder.current();
  const [first, ...others] = [...stats.branches.values()].map((branch) => {
    builder.append(selectBranch(branch, groups, from));
    const lists = [...branch.quantiles.values()].map(({ alias }) => alias);
    return { name: builder.current(), columns: [...branch.selected.map((sql) => sql.split(' AS ').at(-1)), ...lists] };
  });
  let joined = first?.name ?? from;
  for (const { name, columns } of others) {
    const how = groups.length > 0 ? `LEFT JOIN ${name} r ON ${sameGroup(groups)}` : `CROSS JOIN ${name} r`;
    builder.append(`SELECT l.*, ${columns.map((column) => `r.${column}`).join(', ')} FROM ${joined} l ${how}`);
    joined = builder.current();
  }
  for (const { alias, sql } of stats.results) builder.define(alias, sql);
};

/** The groups and aggregates of STATS, and what is made of the aggregates after it. */
export const translateStats = (translation: Translation, step: StatsStep): void => {
  aggregateGroups(translation, step);
  translation.order = [];
  translation.ties = step.groups.map(({ column }) => `c${column.id} NULLS FIRST`);
};
