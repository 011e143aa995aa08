import { isWhole } from '#esql/types.ts';
import type { AggregateEmitter, AggregateSql } from './emitter.ts';
import { valueAt } from './emitter.ts';
import { overflowOf } from '../failures/failure.ts';

const finiteResult = (value: string): string => `CASE WHEN isfinite(${value}) THEN ${value} END`;

const plain =
  (name: string): AggregateEmitter =>
  (values, filter) => ({ aggregate: `${name}(${valueAt(values, 0)})${filter}` });

/** Statistics of numbers, computed as doubles; the further arguments are left out. */
const ofDoubles =
  (write: (value: string) => string): AggregateEmitter =>
  (values, filter) => ({
    aggregate: `${write(`CAST(${valueAt(values, 0)} AS DOUBLE)`)}${filter}`,
    result: finiteResult,
  });

const count: AggregateEmitter = (values, filter) => ({ aggregate: `count(${values[0] ?? '*'})${filter}` });

const sum: AggregateEmitter = (values, filter, [summed]) => {
  const type = summed?.type ?? 'null';
  const aggregate = `sum(${valueAt(values, 0)})${filter}`;
  if (!isWhole(type) && type !== 'null') return { aggregate, result: finiteResult };
  // The sum of whole numbers is a HUGEINT there.
  return { aggregate, result: (value) => `TRY_CAST(${value} AS BIGINT)`, failure: overflowOf('long') };
};

/** Of whole numbers the exact sum by their number, which has the range of SUM. */
const average: AggregateEmitter = (values, filter, [averaged]) => {
  const value = valueAt(values, 0);
  if (!isWhole(averaged?.type ?? 'null'))
    return { aggregate: `avg(CAST(${value} AS DOUBLE))${filter}`, result: finiteResult };
  const [total, number] = [`sum(${value})${filter}`, `count(${value})${filter}`];
  return {
    aggregate: `CASE WHEN ${number} > 0 THEN {'total': ${total}, 'number': ${number}} END`,
    result: (of) => `CAST(TRY_CAST(${of}.total AS BIGINT) AS DOUBLE) / ${of}.number`,
    failure: overflowOf('long'),
  };
};

const quantile = (value: string, at: string, filter: string): AggregateSql => ({
  quantile: { of: `CAST(${value} AS DOUBLE)`, at, filter },
  result: finiteResult,
});

const median: AggregateEmitter = (values, filter) => quantile(valueAt(values, 0), '0.5', filter);

const percentile: AggregateEmitter = (values, filter) =>
  quantile(valueAt(values, 0), `CAST(${valueAt(values, 1)} AS DOUBLE) / 100`, filter);

// Where squares would leave the range of double, DuckDB raises an error that no TRY catches.
const MAX_SQUARABLE = '1e150';

const spread =
  (name: string): AggregateEmitter =>
  (values, filter) => {
    const value = `CAST(${valueAt(values, 0)} AS DOUBLE)`;
    const small = `CASE WHEN abs(${value}) < ${MAX_SQUARABLE} THEN ${value} END`;
    return {
      aggregate: `CASE WHEN max(abs(${value}))${filter} < ${MAX_SQUARABLE} THEN ${name}(${small})${filter} END`,
    };
  };

const weightedMean: AggregateEmitter = (values, filter) => {
  const [value, weight] = [0, 1].map((at) => `CAST(${valueAt(values, at)} AS DOUBLE)`);
  const known = `CASE WHEN ${value} IS NOT NULL THEN ${weight} END`;
  return { aggregate: `sum(${value} * ${weight})${filter} / nullif(sum(${known})${filter}, 0)`, result: finiteResult };
};

const extremeBy =
  (name: string): AggregateEmitter =>
  (values, filter) => ({ aggregate: `${name}(${valueAt(values, 0)}, ${valueAt(values, 1)})${filter}` });

const presence =
  (comparison: string): AggregateEmitter =>
  (values, filter) => ({ aggregate: `count(${valueAt(values, 0)})${filter} ${comparison}` });

/** In order, because none is promised and the same answer twice is worth something. */
const sortedValues = (list: string): string =>
  `CASE WHEN len(list_filter(${list}, lambda m: m IS NOT NULL)) > 0 THEN list_sort(list_filter(${list}, lambda m: m IS NOT NULL)) END`;

const top: AggregateEmitter = (values, filter, arguments_) => {
  const [, limit, order] = arguments_;
  const most = limit?.kind === 'literal' ? Number(limit.value) : 1;
  const isDescending = order?.kind === 'literal' && String(order.value).toLowerCase() === 'desc';
  const extremes = (value: string): string => `${isDescending ? 'max' : 'min'}(${value}, ${most})${filter}`;
  const [field, , , output] = values;
  if (field === undefined || output === undefined)
    return {
      aggregate: extremes(valueAt(values, 0)),
      result: (list) => `CASE WHEN len(${list}) > 0 THEN ${list} END`,
    };
  // Of equal values the one beside them decides; a row without either is skipped.
  const pair = `CASE WHEN ${field} IS NOT NULL AND ${output} IS NOT NULL THEN {'by': ${field}, 'output': ${output}} END`;
  return {
    aggregate: extremes(pair),
    result: (list) => `CASE WHEN len(${list}) > 0 THEN list_transform(${list}, lambda m: m.output) END`,
  };
};

export const AGGREGATE_EMITTERS: Readonly<Record<string, AggregateEmitter>> = {
  COUNT: count,
  COUNT_DISTINCT: (values, filter) => ({ aggregate: `count(DISTINCT ${valueAt(values, 0)})${filter}` }),
  SUM: sum,
  AVG: average,
  MIN: plain('min'),
  MAX: plain('max'),
  VALUES: (values, filter) => ({ aggregate: `list(DISTINCT ${valueAt(values, 0)})${filter}`, result: sortedValues }),
  TOP: top,
  MEDIAN: median,
  PERCENTILE: percentile,
  STD_DEV: spread('stddev_pop'),
  VARIANCE: spread('var_pop'),
  WEIGHTED_AVG: weightedMean,
  PRESENT: presence('> 0'),
  ABSENT: presence('= 0'),
  FIRST: extremeBy('arg_min'),
  LAST: extremeBy('arg_max'),
  MEDIAN_ABSOLUTE_DEVIATION: ofDoubles((value) => `mad(${value})`),
};
