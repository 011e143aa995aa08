import { isMulti } from '#esql/check/multi-values.ts';
import type { Assignment, GatheredGroups, StatsStep } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import { distinctSql } from '../sql/list-sql.ts';
import type { Translation } from '../translation.ts';
import { aggregateGroups, translateEval } from './translate-stats.ts';

const rowKey = ({ expression }: Assignment): string => {
  invariant(expression.kind === 'column', 'a group of INLINE STATS is a column of its rows');
  return `c${expression.id}`;
};

/** The values of all groups of each row as lists: every combination of its keys is a group. */
const gatherGroups = (
  { builder, context }: Translation,
  step: StatsStep,
  { taken }: GatheredGroups,
  rows: string,
): void => {
  const groups = builder.current();
  const row = builder.newAlias('t');
  builder.append(`SELECT *, row_number() OVER () AS ${row} FROM ${rows}`, 'once');
  const numbered = builder.current();
  const keys = step.groups.map((group) => {
    const own = rowKey(group);
    const values = context.once(isMulti(group.expression) ? distinctSql(context, own) : `[${own}]`);
    const [value, place] = [builder.newAlias('t'), builder.newAlias('t')];
    const filled = `CASE WHEN len(${values}) > 0 THEN ${values} ELSE [NULL] END`;
    builder.append(
      `SELECT *, unnest(${filled}) AS ${value}, generate_subscripts(${filled}, 1) AS ${place} FROM ${builder.current()}`,
    );
    return { value, place, on: `l.${value} IS NOT DISTINCT FROM r.c${group.column.id}` };
  });
  const places = keys.map(({ place }) => `l.${place}`).join(', ');
  const lists = taken.map(({ ofGroup: { id, isMulti: isList }, column }) => {
    const list = `list(r.c${id} ORDER BY ${places}) FILTER (WHERE r.c${id} IS NOT NULL)`;
    return `${isList ? `flatten(${list})` : list} AS c${column.id}`;
  });
  const on = keys.map((key) => key.on).join(' AND ');
  const number = builder.newAlias('t');
  const expanded = builder.current();
  builder.append(
    `SELECT ${[`l.${row} AS ${number}`, ...lists].join(', ')} FROM ${expanded} l JOIN ${groups} r ON ${on} GROUP BY l.${row}`,
  );
  const columns = taken.map(({ column }) => `, r.c${column.id}`).join('');
  builder.append(`SELECT l.*${columns} FROM ${numbered} l LEFT JOIN ${builder.current()} r ON l.${row} = r.${number}`);
};

/** INLINE STATS: every row keeps its columns and takes the aggregates of its group, or of all its groups. */
export const translateInlineStats = (translation: Translation, step: StatsStep): void => {
  const { builder } = translation;
  const rows = builder.current();
  aggregateGroups(translation, step);
  if (step.gathered) {
    translateEval(translation, step.gathered.around);
    translation.onAggregated(step);
    return gatherGroups(translation, step, step.gathered, rows);
  }
  const on = step.groups.map((group) => `l.${rowKey(group)} IS NOT DISTINCT FROM r.c${group.column.id}`);
  const name = builder.current();
  const how = on.length > 0 ? `LEFT JOIN ${name} r ON ${on.join(' AND ')}` : `CROSS JOIN ${name} r`;
  builder.append(`SELECT l.*, r.* FROM ${rows} l ${how}`);
};
