import type { KindOfValues } from './kind-of-values.ts';
import type { Measure, Part, Phrase } from './phrase.ts';
import { valuesBy } from './read-metric.ts';

/** Rows are counted, and nothing else is. */
export const isCount = ({ aggregates, orderBy }: Measure): boolean => orderBy === 'n' && aggregates.length === 1;

const isHowMany = (part: Part): boolean => part.kind === 'measure' && isCount(part.measure);

/** Of a metric, what asks for rows otherwise. */
const isOfRows = (part: Part): boolean => isHowMany(part) || (part.kind === 'group' && part.isPer === true);

const several = (first: readonly string[], orderBy: string): Measure => ({
  aggregates: [...first, 'n = COUNT(*)'],
  computed: null,
  orderBy,
  field: 'value',
  of: null,
});

const SUMMED = several(['total = SUM(value)', 'average = AVG(value)'], 'total');
const AVERAGED = several(['average = AVG(value)', 'maximum = MAX(value)'], 'average');
const UNKNOWN = several(['average = AVG(value)', 'total = SUM(value)'], 'average');
const RISEN: Measure = {
  aggregates: ['highest = MAX(value)', 'lowest = MIN(value)'],
  computed: null,
  orderBy: 'highest',
  field: 'value',
  of: null,
};

/** To add up what is added up already makes no number of anything. */
export const isSumOfTotals = ({ aggregates }: Measure, kinds: readonly KindOfValues[]): boolean =>
  kindOfAll(kinds) === 'running-total' && aggregates.includes('total = SUM(value)');

/**
 * How the values of metrics are put together where nobody says: what came about adds up, what was measured is averaged.
 * The number of a metric's points says nothing. `isAlone`: nothing but the metric is named, which is told over time.
 */
export const valuesOf = (kinds: readonly KindOfValues[], parts: readonly Part[], isAlone: boolean): Measure => {
  const kind = kindOfAll(kinds);
  if (kind === 'running-total') return RISEN;
  // Of several databases the average hides the one that is full.
  if (isAlone && kind === 'state') return AVERAGED;
  const isMixed = kind === null && kinds.some((one) => one !== null);
  if (isMixed || (!isAlone && !parts.some(isOfRows)))
    return kind === 'count' ? SUMMED : kind === 'state' ? AVERAGED : UNKNOWN;
  return kind === 'count' || (kind === null && parts.some(isHowMany)) ? valuesBy('SUM') : valuesBy('AVG');
};

const kindOfAll = (kinds: readonly KindOfValues[]): KindOfValues => {
  const [first = null, ...others] = new Set(kinds);
  return others.length === 0 ? first : null;
};

/**
 * The phrase that asks how many or how often, with how values were put together for it; null: it is another one.
 * `isAsked`: the question itself says how. `isAlone`: only the metric is named.
 */
export const tellValues = (
  phrase: Phrase,
  { aggregates }: Measure,
  kinds: readonly KindOfValues[],
  { isAsked, isAlone }: { readonly isAsked: boolean; readonly isAlone: boolean },
): Phrase | null => {
  const [aggregate = '', ...others] = aggregates;
  const told = others.length > 0 ? undefined : TOLD[aggregate];
  if (isAlone && isMetric(phrase.part)) {
    const one = told === undefined ? '' : `, ${told.means}${told.why[kindOfAll(kinds) ?? 'unknown']}`;
    const how = aggregates === AVERAGED.aggregates ? ', the average and the highest of its values' : one;
    return { ...phrase, means: `${phrase.means ?? ''} (over time${how})` };
  }
  if (!isOfRows(phrase.part) || told === undefined) return null;
  const means = `${told.means}${isAsked ? '' : told.why[kindOfAll(kinds) ?? 'unknown']}`;
  return { ...phrase, means: phrase.part.kind === 'group' ? `${phrase.means ?? ''}, ${means}` : means };
};

const isMetric = (part: Part): boolean =>
  part.kind === 'condition' && part.about === 'metric' && part.isNegated !== true;

const TOLD: Readonly<
  Record<
    string,
    { readonly means: string; readonly why: Readonly<Record<Exclude<KindOfValues, null> | 'unknown', string>> }
  >
> = {
  'total = SUM(value)': {
    means: 'the sum of its values',
    why: { count: '', state: '', 'running-total': '', unknown: ', as if they add up (if not: “average”)' },
  },
  'average = AVG(value)': {
    means: 'the average of its values',
    why: {
      count: '',
      state: ', which do not add up',
      'running-total': ', which do not add up',
      unknown: ', for its name does not tell whether they add up (if so: “total”)',
    },
  },
};
