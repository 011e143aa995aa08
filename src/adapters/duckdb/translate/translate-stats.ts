import type { EvalStep, PlannedAggregate, StatsStep } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import { emitExpression } from './emit-expression.ts';
import type { AggregateSql } from './emitter.ts';
import { AGGREGATES } from './emitter-table.ts';
import type { Translation } from './translation.ts';

export const translateEval = ({ builder, context }: Translation, assignments: EvalStep['assignments']): void => {
  for (const { column, expression } of assignments)
    builder.define(`c${column.id}`, emitExpression(context, expression));
};

const emitAggregate = ({ context }: Translation, planned: PlannedAggregate): AggregateSql => {
  const emit = AGGREGATES.get(planned.function);
  invariant(emit, `there is SQL for the aggregate ${planned.function}`);
  const filter = planned.filter ? ` FILTER (WHERE ${emitExpression(context, planned.filter)})` : '';
  const values = planned.arguments.map((value) => context.once(emitExpression(context, value)));
  return emit(
    values,
    filter,
    planned.arguments.map(({ type }) => type),
  );
};

interface Quantiles {
  readonly of: string;
  readonly filter: string;
  readonly alias: string;
  readonly positions: string[];
}

/** The groups and aggregates of STATS in one SELECT, and what is made of the aggregates after it. */
export const translateStats = (translation: Translation, step: StatsStep): void => {
  const { builder, context } = translation;
  translateEval(translation, step.groups);
  const results: { alias: string; sql: string }[] = [];
  const selected: string[] = [];
  const quantiles = new Map<string, Quantiles>();
  for (const planned of step.aggregates) {
    const alias = `c${planned.column.id}`;
    const emitted = emitAggregate(translation, planned);
    if ('quantile' in emitted) {
      const { of, at, filter } = emitted.quantile;
      const key = `${of}${filter}`;
      const list = quantiles.get(key) ?? { of, filter, alias: builder.newAlias('t'), positions: [] };
      quantiles.set(key, list);
      results.push({ alias, sql: emitted.result(`${list.alias}[${list.positions.push(at)}]`) });
    } else if (emitted.result) {
      const raw = builder.newAlias('t');
      selected.push(`${emitted.aggregate} AS ${raw}`);
      const sql = emitted.result(raw);
      results.push({ alias, sql });
      if (emitted.failure !== undefined) {
        const reason = `CASE WHEN ${raw} IS NOT NULL AND ${sql} IS NULL THEN ${context.bind(emitted.failure, 'keyword')} END`;
        translation.onAggregateFailure({ source: planned.source, reason });
      }
    } else selected.push(`${emitted.aggregate} AS ${alias}`);
  }
  const groups = step.groups.map(({ column }) => `c${column.id}`);
  const lists = [...quantiles.values()].map(
    ({ of, filter, alias, positions }) => `quantile_cont(${of}, [${positions.join(', ')}])${filter} AS ${alias}`,
  );
  const by = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : '';
  builder.append(`SELECT ${[...groups, ...selected, ...lists].join(', ')} FROM ${builder.current()}${by}`);
  for (const { alias, sql } of results) builder.define(alias, sql);
  translation.order = [];
};
