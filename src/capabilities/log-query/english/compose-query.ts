import { quoteName } from '#esql/print/quote-name.ts';
import { DAY_MS, HOUR_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { counts, type Shape } from './choose-shape.ts';
import { COUNT } from './read-shape.ts';
import { type Index, type Measure, ofKind, type Part, type Phrase, type Topic } from './phrase.ts';
import { printInstant, type SpokenTime } from './read-time.ts';

const ROWS = 50;
const GROUPS = 20;
const DEFAULT_RANGE_MS = HOUR_MS;

/** The ES|QL that the phrases ask for together of an index that has what they need. `range`: meant where none of them names a time. */
export const composeQuery = (
  phrases: readonly Phrase[],
  index: Index,
  { order, measure, groups, isOverTime, isListed, limit }: Shape,
  range: TimeWindow | null,
): string => {
  const parts = phrases.map(({ part }) => part);
  const time = ofKind(parts, 'time')[0]?.time ?? null;
  const of = measure?.of ?? null;
  const needed = [
    ...(of === null ? [] : [of]),
    ...groups.flatMap(({ needs }) => needs ?? []),
    ...(isListed && order === 'slowest' && index !== 'metrics' ? ['duration_ms IS NOT NULL'] : []),
  ];
  const wheres = [...conditionsOf(parts, index), ...needed, ...(time?.conditions ?? [])];
  const lines = [`FROM ${index}`, ...(wheres.length === 0 ? [] : [`WHERE ${[...new Set(wheres)].join(' AND ')}`])];
  if (isListed) {
    const point = order === null ? (time?.point ?? null) : null;
    if (point !== null) return [...lines, ...nearestTo(point, limit ?? ROWS)].join('\n| ');
    const sort = order === 'slowest' ? 'duration_ms DESC' : `@timestamp ${order === 'oldest' ? 'ASC' : 'DESC'}`;
    return [...lines, `SORT ${sort}`, `LIMIT ${limit ?? ROWS}`].join('\n| ');
  }
  const keys = [...groups.map(({ esql }) => esql), ...(isOverTime ? [bucketOf(time ?? range)] : [])];
  const counted = measure ?? COUNT;
  const number = counted.computed?.startsWith('per_second ') === true ? 'per_second ' : 'n ';
  const isShare = counted.computed?.startsWith('percent ') === true;
  const having = ofKind(parts, 'having')
    .filter(({ esql }) => (esql.startsWith('n ') ? counts(counted) : !esql.startsWith('percent ') || isShare))
    .map(({ esql }) => esql.replace(/^n /u, number));
  return [...lines, ...statsOf(counted, keys, having, limit, order === 'oldest' ? 'ASC' : 'DESC')].join('\n| ');
};

/** The rows next to a point in time, in their order: of many the newest may all be far from it. */
const nearestTo = (point: Date, rows: number): readonly string[] => [
  `EVAL away_ms = ABS(DATE_DIFF("milliseconds", TO_DATETIME(${printInstant(point)}), @timestamp))`,
  'SORT away_ms ASC, @timestamp ASC',
  `LIMIT ${rows}`,
  'SORT @timestamp ASC',
  'DROP away_ms',
];

type Condition = Extract<Part, { kind: 'condition' }>;

/** Alternatives of one topic in parentheses, what is excluded one by one. */
const conditionsOf = (parts: readonly Part[], index: Index): readonly string[] => {
  const conditions = ofKind(parts, 'condition');
  const wanted = Map.groupBy(
    conditions.filter(({ isNegated }) => isNegated !== true),
    ({ about, field }) => (about === 'field' ? `field ${field}` : about),
  );
  return [
    ...[...wanted.values()].flatMap(joined),
    ...conditions.filter(({ isNegated }) => isNegated === true).map((condition) => excluded(condition, index)),
  ];
};

// Rows always have these.
const ALWAYS_THERE: ReadonlySet<Topic> = new Set(['service', 'text']);

/** A row without a value is none of those either, which ES|QL alone would leave out as unknown. */
const excluded = ({ about, field, esql, ofSpans }: Condition, index: Index): string => {
  const isThere = ALWAYS_THERE.has(about) || (index === 'spans' && ofSpans !== undefined);
  return isThere ? `NOT (${esql})` : `(NOT (${esql}) OR ${quoteName(field)} IS NULL)`;
};

// Two of these narrow the search; two services or levels widen it.
const NARROWING: ReadonlySet<Topic> = new Set(['text', 'field', 'duration', 'outcome']);

const joined = (conditions: readonly Condition[]): readonly string[] => {
  const distinct = [...new Set(conditions.map(({ esql }) => esql))];
  const isNarrowing = conditions.some(({ about }) => NARROWING.has(about));
  // No row has two values of a field.
  const areValues = conditions.every(({ about, esql }) => about === 'field' && / == /u.test(esql));
  if (distinct.length === 1 || (isNarrowing && !areValues)) return distinct.map(inParentheses);
  return [`(${distinct.map((esql) => (/ AND /u.test(esql) ? `(${esql})` : esql)).join(' OR ')})`];
};

const inParentheses = (esql: string): string => (/ OR /u.test(esql) && !/^\(.*\)$/u.test(esql) ? `(${esql})` : esql);

const bucketOf = (time: TimeWindow | SpokenTime | null): string => {
  const ms = time === null ? DEFAULT_RANGE_MS : time.to.getTime() - time.from.getTime();
  const span =
    ms <= 2 * HOUR_MS ? '1 minute' : ms <= 12 * HOUR_MS ? '10 minutes' : ms <= 3 * DAY_MS ? '1 hour' : '1 day';
  return `BUCKET(@timestamp, ${span})`;
};

const statsOf = (
  { aggregates, computed, orderBy }: Measure,
  keys: readonly string[],
  having: readonly string[],
  limit: number | null,
  direction: 'ASC' | 'DESC',
): readonly string[] => {
  const bucket = keys.find((key) => key.startsWith('BUCKET('));
  const named = keys.map((key) => (key === bucket ? `time = ${key}` : key));
  const by = named.length === 0 ? '' : ` BY ${named.join(', ')}`;
  return [
    `STATS ${aggregates.join(', ')}${by}`,
    ...(computed === null ? [] : [`EVAL ${computed}`]),
    ...(having.length === 0 ? [] : [`WHERE ${having.join(' AND ')}`]),
    ...(keys.length === 0 ? [] : [`SORT ${bucket === undefined ? orderBy : 'time'} ${direction}`]),
    ...(bucket === undefined && keys.length > 0 ? [`LIMIT ${limit ?? GROUPS}`] : []),
  ];
};
