import type { KindOfValues } from './kind-of-values.ts';
import { isCount, isSumOfTotals, tellValues, valuesOf } from './measure-values.ts';
import { COUNT } from './read-shape.ts';
import { type Index, type Measure, ofKind, type Part, PATTERN, type Phrase } from './phrase.ts';

type Group = Extract<Part, { kind: 'group' }>;
type Order = Exclude<Extract<Part, { kind: 'order' }>['by'], 'top'>;

/** What a query does with the rows that it finds. */
export interface Shape {
  /** Null: as the index or the measure has it. */
  readonly order: Order | null;
  /** Null with `isListed`: the rows themselves. */
  readonly measure: Measure | null;
  readonly groups: readonly Group[];
  /** By time, in buckets that the length of time decides. */
  readonly isOverTime: boolean;
  /** Rows are listed, nothing is computed of them. */
  readonly isListed: boolean;
  readonly limit: number | null;
}

const LIST_PATTERNS: Group = { kind: 'group', name: 'pattern', field: 'message', esql: PATTERN };
// Values of several metrics make no number together.
const OF_METRICS: Group = { kind: 'group', name: 'metric', field: 'metric.name', esql: 'metric.name' };
const REQUESTS = 'duration_ms IS NOT NULL';
const SLOWEST: Measure = {
  aggregates: ['p95_ms = PERCENTILE(duration_ms, 95)', 'n = COUNT(*)'],
  computed: null,
  orderBy: 'p95_ms',
  field: 'duration_ms',
  of: REQUESTS,
};
/** For each group, when it was last or first seen: the only order by time that groups have. */
const SEEN: Readonly<Record<'newest' | 'oldest', Measure>> = {
  newest: {
    aggregates: ['n = COUNT(*)', 'newest = MAX(@timestamp)'],
    computed: null,
    orderBy: 'newest',
    field: null,
    of: null,
  },
  oldest: {
    aggregates: ['n = COUNT(*)', 'oldest = MIN(@timestamp)'],
    computed: null,
    orderBy: 'oldest',
    field: null,
    of: null,
  },
};

/** What is asked for of a metric; else as it is. */
const valuesAsked = (
  parts: readonly Part[],
  kinds: readonly KindOfValues[],
  said: Measure | null,
  index: Index,
  isAlone: boolean,
): Measure | null =>
  index === 'metrics' && (said === null || isCount(said) || isSumOfTotals(said, kinds))
    ? valuesOf(kinds, parts, isAlone)
    : said;

/** "revenue last hour": a metric and nothing that is asked of it. */
const isMetricAlone = (parts: readonly Part[]): boolean =>
  parts.every((part) => ALONE.has(part.kind) && !(part.kind === 'time' && part.time.point !== null));

const ALONE: ReadonlySet<Part['kind']> = new Set(['condition', 'time', 'noise']);

/** The kind of each metric that is asked for. */
const metricsIn = (parts: readonly Part[]): ReadonlyMap<string, KindOfValues> =>
  new Map(
    ofKind(parts, 'condition').flatMap(({ metric, isNegated }) =>
      metric === undefined || isNegated === true ? [] : [[metric.name, metric.kind] as const],
    ),
  );

const isTime = ({ field }: Group): boolean => field === '@timestamp';

/**
 * The shape that the phrases ask for together, and the phrases with what became of them: an order, a number, a
 * measure or an index that the query has no use for is no longer sure, so that nothing runs without it unasked.
 */
export const chooseShape = (
  phrases: readonly Phrase[],
  index: Index,
): { readonly shape: Shape; readonly phrases: readonly Phrase[] } => {
  const parts = phrases.map(({ part }) => part);
  const orders = ofKind(parts, 'order').map(({ by }) => by);
  const order = orders.find((by) => by !== 'top') ?? (orders.length > 0 ? 'most' : null);
  const said = mergeMeasures(ofKind(parts, 'measure').map(({ measure }) => measure));
  const named = distinctGroups(ofKind(parts, 'group'));
  const areKinds = order === 'most' && index === 'logs' && named.length === 0 && said === null;
  const metrics = metricsIn(parts);
  const kindsOfValues = [...metrics.values()];
  const kinds = areKinds ? [LIST_PATTERNS] : named;
  const hasTime = kinds.some(isTime);
  const isAlone = metrics.size > 0 && isMetricAlone(parts);
  const isOverTime = (isAlone || ofKind(parts, 'over-time').length > 0) && !hasTime;
  const isListed = said === null && kinds.length === 0 && !isOverTime;
  const groups = metrics.size < 2 || isListed ? kinds : distinctGroups([...kinds, OF_METRICS]);
  const isByTime = isOverTime || hasTime;
  const plain = isListed
    ? null
    : (valuesAsked(parts, kindsOfValues, said, index, isAlone) ?? measureOfOrder(order, isByTime));
  const measure = groups.some(({ isPerSecond }) => isPerSecond === true) ? perSecond(plain ?? COUNT) : plain;
  const shape: Shape = {
    order,
    measure,
    groups,
    isOverTime,
    isListed,
    limit: ofKind(parts, 'limit')[0]?.rows ?? null,
  };
  const does = (part: Part): boolean => {
    switch (part.kind) {
      case 'order':
        return (part.by === order || part.by === 'top') && isInOrder(shape, index, areKinds);
      case 'limit':
        return part.rows === shape.limit && (isListed || (groups.length > 0 && !isByTime));
      case 'measure':
        if (index === 'metrics' && isCount(part.measure)) return said !== null && isCount(said);
        return part.measure.aggregates.every((one) => said?.aggregates.includes(one)) && part.measure.of === said?.of;
      case 'index':
        return part.index === index;
      case 'group':
        return part.isPerSecond !== true || measure?.computed?.startsWith('per_second ') === true;
      case 'having':
        if (part.esql.startsWith('percent ')) return measure?.computed?.startsWith('percent ') === true;
        if (!part.esql.startsWith('n ')) return true;
        return !isListed && counts(measure ?? COUNT) && (said === null || said.aggregates.length === 1);
      default:
        return true;
    }
  };
  return {
    shape,
    phrases: phrases.map((phrase) =>
      tell(phrase, does(phrase.part), shape, {
        metrics: kindsOfValues,
        isAsked: said !== null && !isCount(said),
        isAlone,
      }),
    ),
  };
};

/** Its groups have a number of rows. */
export const counts = ({ aggregates }: Measure): boolean => aggregates.includes('n = COUNT(*)');

interface OfMetrics {
  readonly metrics: readonly KindOfValues[];
  /** The question says how their values are put together. */
  readonly isAsked: boolean;
  readonly isAlone: boolean;
}

const tell = (
  phrase: Phrase,
  isDone: boolean,
  { order, measure, isListed }: Shape,
  { metrics, isAsked, isAlone }: OfMetrics,
): Phrase => {
  const { part, means } = phrase;
  if (part.kind === 'time' && part.time.point !== null && phrase.isSure && isListed && order === null)
    return { ...phrase, means: `${means ?? ''}, what is nearest to it` };
  if (!isDone) return { ...phrase, means: `left out: ${means ?? phrase.said}`, isSure: false };
  if (measure !== null && metrics.length > 0) {
    const told = tellValues(phrase, measure, metrics, { isAsked, isAlone });
    if (told !== null) return told;
  }
  if (part.kind !== 'order' || order === null) return phrase;
  return { ...phrase, means: measure === SLOWEST ? 'slowest first, by their P95' : MEANINGS[order] };
};

export const MEANINGS: Readonly<Record<Order, string>> = {
  slowest: 'slowest first',
  newest: 'newest first',
  oldest: 'oldest first',
  most: 'most first',
};

const perSecond = (measure: Measure): Measure =>
  measure.computed === null && ['n', 'total'].includes(measure.orderBy)
    ? { ...measure, computed: `per_second = ROUND(${measure.orderBy} / 60.0, 2)` }
    : measure;

const measureOfOrder = (order: Order | null, isByTime: boolean): Measure | null => {
  if (order === 'slowest') return SLOWEST;
  return isByTime || order === null || order === 'most' ? null : SEEN[order];
};

const isInOrder = (
  { order, measure, groups, isOverTime, isListed }: Shape,
  index: Index,
  areKinds: boolean,
): boolean => {
  if (isListed) return order !== 'most';
  const isByTime = isOverTime || groups.some(isTime);
  switch (order) {
    case 'slowest':
      return measure === SLOWEST || (measure?.orderBy.endsWith('_ms') === true && groups.length > 0 && !isByTime);
    case 'most':
      return areKinds || (groups.length > 0 && !isByTime);
    case 'newest':
    case 'oldest':
      return isByTime || (index !== 'metrics' && measure?.orderBy === order);
    case null:
      return true;
  }
};

/** Several of the same rows are computed together, as "p95 and p99" is; the first of others. */
const mergeMeasures = (measures: readonly Measure[]): Measure | null => {
  const [first] = measures;
  if (first === undefined) return null;
  if (first.computed !== null) return first;
  const alike = measures.filter(({ of, computed }) => of === first.of && computed === null);
  const aggregates = [...new Set(alike.flatMap((measure) => measure.aggregates))];
  const isNumber = (aggregate: string): boolean => aggregate.startsWith('n = ');
  return { ...first, aggregates: [...aggregates.filter((one) => !isNumber(one)), ...aggregates.filter(isNumber)] };
};

const distinctGroups = (groups: readonly Group[]): readonly Group[] =>
  groups.filter((group, at) => groups.findIndex(({ esql }) => esql === group.esql) === at);
