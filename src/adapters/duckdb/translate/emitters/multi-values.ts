import type { TypedCall } from '#esql/plan.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { finite, valueAt } from './emitter.ts';
import { distinctSql, filledList, MAX_IN_ORDER } from '../sql/list-sql.ts';
import { sqlType } from '../sql/sql-type.ts';

const plain =
  (name: string): Emitter =>
  (values) =>
    `${name}(${valueAt(values, 0)})`;

const sum: Emitter = (values, call, context) =>
  call.type === 'double'
    ? finite(context, `list_sum(${valueAt(values, 0)})`)
    : `TRY_CAST(list_sum(${valueAt(values, 0)}) AS ${sqlType(call.type)})`;

const weightedSum: Emitter = (values, _, context) => {
  const power = context.once(`CAST(${valueAt(values, 1)} AS DOUBLE)`);
  const weighted = `list_transform(${valueAt(values, 0)}, lambda m, i: CAST(m AS DOUBLE) / pow(i, ${power}))`;
  return finite(context, `CASE WHEN ${power} IS NOT NULL THEN list_sum(${weighted}) END`);
};

const average: Emitter = (values, _, context) => finite(context, `list_avg(CAST(${valueAt(values, 0)} AS DOUBLE[]))`);

/** The middle of a sorted list; of two middles of whole numbers their mean rounded down. */
const middle = (context: EmitContext, sorted: string, call: TypedCall): string => {
  const list = context.once(sorted);
  const [low, high] = [`${list}[(len(${list}) + 1) // 2]`, `${list}[len(${list}) // 2 + 1]`];
  if (call.type === 'double') return `(${low} / 2 + ${high} / 2)`;
  const total = context.once(`CAST(${low} AS HUGEINT) + ${high}`);
  return `CAST((${total} - (${total} % 2 + 2) % 2) // 2 AS ${sqlType(call.type)})`;
};

const median: Emitter = (values, call, context) => middle(context, `list_sort(${valueAt(values, 0)})`, call);

const deviation: Emitter = (values, call, context) => {
  const list = context.once(valueAt(values, 0));
  const center = context.once(middle(context, `list_sort(${list})`, call));
  const distances = `list_sort(list_transform(${list}, lambda m: TRY(abs(m - ${center}))))`;
  return middle(context, distances, call);
};

/** Between numbers whose difference is beyond the range of double each counts by itself. */
const betweenDoubles = (lower: string, upper: string, part: string): string =>
  `CASE WHEN isfinite(${upper} - ${lower}) THEN ${lower} + (${upper} - ${lower}) * ${part} ` +
  `ELSE ${lower} + ${upper} * ${part} - ${lower} * ${part} END`;

/** Cut towards zero. What double cannot hold of a whole number is never part of one. */
const betweenWhole = (
  context: EmitContext,
  call: TypedCall,
  [lower, upper]: readonly [string, string],
  part: string,
): string => {
  const low = context.once(`CAST(${lower} AS HUGEINT)`);
  const above = context.once(`CAST(${upper} - ${low} AS DOUBLE) * ${part}`);
  const [rounded, cut] = [`${low} + CAST(ceil(${above}) AS HUGEINT)`, `${low} + CAST(floor(${above}) AS HUGEINT)`];
  return `TRY_CAST(CASE WHEN ${rounded} <= 0 THEN ${rounded} ELSE ${cut} END AS ${sqlType(call.type)})`;
};

const percentile: Emitter = (values, call, context) => {
  const list = context.once(`list_sort(${valueAt(values, 0)})`);
  const share = context.once(`CAST(${valueAt(values, 1)} AS DOUBLE) / 100`);
  const at = context.once(`${share} * (len(${list}) - 1)`);
  const low = context.once(`TRY_CAST(floor(${at}) AS BIGINT)`);
  const [lower, upper] = [`${list}[${low} + 1]`, `${list}[least(${low} + 2, len(${list}))]`];
  const part = `(${at} - ${low})`;
  const value =
    call.type === 'double' ? betweenDoubles(lower, upper, part) : betweenWhole(context, call, [lower, upper], part);
  return `CASE WHEN ${share} BETWEEN 0 AND 1 THEN ${value} END`;
};

const concat: Emitter = (values, _, context) => {
  const [list, delimiter] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
  const withDelimiters = `list_transform(${list}, lambda m, i: CASE WHEN i = 1 THEN m ELSE ${delimiter} || m END)`;
  return `CASE WHEN ${list} IS NOT NULL AND ${delimiter} IS NOT NULL THEN array_to_string(${withDelimiters}, '') END`;
};

const sort: Emitter = (values, call) => {
  const [, order] = call.arguments;
  const isDescending = order?.kind === 'literal' && String(order.value).toLowerCase() === 'desc';
  return `list_sort(${valueAt(values, 0)}, '${isDescending ? 'DESC' : 'ASC'}')`;
};

/** Positions from 0, or from the end; null where start and end do not meet. */
const slice: Emitter = (values, _, context) => {
  const list = context.once(valueAt(values, 0));
  const start = context.once(valueAt(values, 1));
  const end = values.length === 3 ? context.once(valueAt(values, 2)) : start;
  const fromStart = (at: string): string => `CASE WHEN ${at} < 0 THEN len(${list}) + ${at} ELSE ${at} END`;
  const [from, to] = [context.once(fromStart(start)), context.once(fromStart(end))];
  const isSlice = `${start} <= ${end} AND (${start} < 0) = (${end} < 0) AND ${to} >= 0`;
  return filledList(context, `CASE WHEN ${isSlice} THEN ${list}[greatest(${from}, 0) + 1:${to} + 1] END`);
};

const zip: Emitter = (values, _, context) => {
  const [left, right] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
  const delimiter = values.length === 3 ? context.once(valueAt(values, 2)) : "','";
  const pair = `CASE WHEN ${left}[i] IS NULL THEN ${right}[i] WHEN ${right}[i] IS NULL THEN ${left}[i] ELSE ${left}[i] || ${delimiter} || ${right}[i] END`;
  const longest = `greatest(coalesce(len(${left}), 0), coalesce(len(${right}), 0))`;
  return filledList(context, `list_transform(range(1, ${longest} + 1), lambda i: ${pair})`);
};

const append: Emitter = (values, _, context) => {
  const [left, right] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
  return `CASE WHEN ${left} IS NOT NULL AND ${right} IS NOT NULL THEN list_concat(${left}, ${right}) END`;
};

const union: Emitter = (values, _, context) =>
  filledList(context, distinctSql(context, `list_concat(${values.map((list) => `coalesce(${list}, [])`).join(', ')})`));

/** The same of lists so long that looking for each member would take too long: neighbours in a sorted one are compared. */
const membersBySorting = (context: EmitContext, left: string, right: string, isIn: boolean): string => {
  const tagged = (list: string, tag: number): string =>
    `list_transform(list_distinct(${list}), lambda m: {'member': m, 'tag': ${tag}})`;
  const sorted = context.once(`list_sort(list_concat(${tagged(left, 0)}, ${tagged(right, 1)}))`);
  const next = `${sorted}[i + 1].member`;
  const isKept = `m.tag = 0 AND ${next} IS ${isIn ? 'NOT ' : ''}DISTINCT FROM m.member`;
  return `list_transform(list_filter(${sorted}, lambda m, i: ${isKept}), lambda m: m.member)`;
};

/** The members of the first list that the second has, or has not. */
const membersOf =
  (isIn: boolean): Emitter =>
  (values, _, context) => {
    const [left, right] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
    const test = `${isIn ? '' : 'NOT '}coalesce(list_contains(${right}, m), false)`;
    const isFew = `coalesce(len(${left}) * len(${right}), 0) <= ${MAX_IN_ORDER * MAX_IN_ORDER}`;
    const inOrder = distinctSql(context, `list_filter(${left}, lambda m: ${test})`);
    return filledList(
      context,
      `CASE WHEN ${isFew} THEN ${inOrder} ELSE ${membersBySorting(context, left, right, isIn)} END`,
    );
  };

const intersects: Emitter = (values) => `coalesce(list_has_any(${values.join(', ')}), false)`;

const contains: Emitter = (values, _, context) => {
  const [all, some] = [context.once(valueAt(values, 0)), context.once(valueAt(values, 1))];
  return `CASE WHEN ${some} IS NULL THEN true WHEN ${all} IS NULL THEN false ELSE list_has_all(${all}, ${some}) END`;
};

export const MULTI_VALUE_EMITTERS: Readonly<Record<string, Emitter>> = {
  MV_COUNT: (values) => `CAST(len(${valueAt(values, 0)}) AS INTEGER)`,
  MV_MIN: plain('list_min'),
  MV_MAX: plain('list_max'),
  MV_FIRST: (values) => `(${valueAt(values, 0)})[1]`,
  MV_LAST: (values) => `(${valueAt(values, 0)})[-1]`,
  MV_SUM: sum,
  MV_AVG: average,
  MV_PSERIES_WEIGHTED_SUM: weightedSum,
  MV_MEDIAN: median,
  MV_MEDIAN_ABSOLUTE_DEVIATION: deviation,
  MV_PERCENTILE: percentile,
  MV_DEDUPE: (values, _, context) => distinctSql(context, valueAt(values, 0)),
  MV_SORT: sort,
  MV_CONCAT: concat,
  MV_SLICE: slice,
  MV_ZIP: zip,
  MV_APPEND: append,
  MV_CONTAINS: contains,
  MV_UNION: union,
  MV_INTERSECTION: membersOf(true),
  MV_DIFFERENCE: membersOf(false),
  MV_INTERSECTS: intersects,
};
