import { DAY_MS, HOUR_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Shape } from './choose-shape.ts';
import { type Index, type Measure, ofKind, type Part, type Phrase, type Topic } from './phrase.ts';
import type { SpokenTime } from './read-time.ts';

const ROWS = 50;
const GROUPS = 20;
const DEFAULT_RANGE_MS = HOUR_MS;
const COUNT: Measure = { aggregates: ['n = COUNT(*)'], computed: null, orderBy: 'n', field: null, of: null };
const VALUES: Measure = {
  aggregates: ['total = SUM(value)', 'average = AVG(value)', 'n = COUNT(*)'],
  computed: null,
  orderBy: 'total',
  field: 'value',
  of: null,
};
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
    ...(isListed && order === 'slowest' && index !== 'metrics' ? ['duration_ms IS NOT NULL'] : []),
  ];
  const wheres = [...conditionsOf(parts), ...needed, ...(time?.conditions ?? [])];
  const lines = [`FROM ${index}`, ...(wheres.length === 0 ? [] : [`WHERE ${[...new Set(wheres)].join(' AND ')}`])];
  if (isListed) {
    const sort = order === 'slowest' ? 'duration_ms DESC' : `@timestamp ${order === 'oldest' ? 'ASC' : 'DESC'}`;
    return [...lines, `SORT ${sort}`, `LIMIT ${limit ?? ROWS}`].join('\n| ');
  }
  const keys = [...groups.map(({ esql }) => esql), ...(isOverTime ? [bucketOf(time ?? range)] : [])];
  // The number of a metric's points says nothing: its values are counted together.
  const counted = index === 'metrics' && (measure === null || measure.orderBy === 'n') ? VALUES : (measure ?? COUNT);
  return [...lines, ...statsOf(counted, keys, limit, order === 'oldest' ? 'ASC' : 'DESC')].join('\n| ');
};

/** Alternatives of one topic in parentheses, what is excluded one by one. */
const conditionsOf = (parts: readonly Part[]): readonly string[] => {
  const conditions = ofKind(parts, 'condition');
  const wanted = conditions.filter(({ isNegated }) => isNegated !== true);
  const topics = [...new Set(wanted.map(({ about }) => about))];
  return [
    ...topics.flatMap((topic) =>
      joined(
        topic,
        wanted.filter(({ about }) => about === topic).map(({ esql }) => esql),
      ),
    ),
    ...conditions.filter(({ isNegated }) => isNegated === true).map(({ esql }) => `NOT (${esql})`),
  ];
};

// Two of these narrow the search; two services or levels widen it.
const NARROWING: ReadonlySet<Topic> = new Set(['text', 'field', 'duration', 'outcome']);

const joined = (topic: Topic, conditions: readonly string[]): readonly string[] => {
  const distinct = [...new Set(conditions)];
  if (distinct.length === 1 || NARROWING.has(topic)) return distinct.map(inParentheses);
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
  limit: number | null,
  direction: 'ASC' | 'DESC',
): readonly string[] => {
  const bucket = keys.find((key) => key.startsWith('BUCKET('));
  const named = keys.map((key) => (key === bucket ? `time = ${key}` : key));
  const by = named.length === 0 ? '' : ` BY ${named.join(', ')}`;
  return [
    `STATS ${aggregates.join(', ')}${by}`,
    ...(computed === null ? [] : [`EVAL ${computed}`]),
    ...(keys.length === 0 ? [] : [`SORT ${bucket === undefined ? orderBy : 'time'} ${direction}`]),
    ...(bucket === undefined && keys.length > 0 ? [`LIMIT ${limit ?? GROUPS}`] : []),
  ];
};
