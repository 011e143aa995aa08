import { printString } from '#esql/print/print-expression.ts';
import { kindOfValues, wordsOfMetric } from './kind-of-values.ts';
import { condition, type Found, type Ground, type Measure, type Rule, textAt } from './phrase.ts';
import { readNames } from './read-names.ts';
import { measured, STATISTICS } from './read-shape.ts';
import type { Word } from './read-words.ts';

const MOST_WORDS = 5;
const MOST_NAMED = 3;
const LEAST_LETTERS = 3;

// What people call the same, whatever telemetry calls it.
const ALIKE: readonly ReadonlySet<string>[] = [
  'usage use used utilization utilisation util',
  'share ratio percent percentage pct rate',
  'length depth size',
  'memory mem',
  'temperature temp',
].map((words) => new Set(words.split(' ')));

// Alone they tell of anything.
const NOT_ALONE = new Set(
  (
    'used usage use util active idle open free size length rate ratio share percent percentage total count sum max min average avg mean ' +
    'time second age waiting pending completed failed sent received created http server client system process runtime ' +
    'container service db app host duration latency message request error hit miss node pod user file read write call job per'
  ).split(' '),
);
const TEXT_LEADS = new Set('containing contains contain mentioning mentions saying matching'.split(' '));

const namesOf = readNames((name) => ({ name, lower: name.toLowerCase(), words: wordsOfMetric(name) }));
type Named = ReturnType<typeof namesOf>[number];

/** "orders.completed", "metric revenue", "queue depth", "cpu usage": a metric that telemetry has. */
export const readMetric: Rule = (words, at, ground) => {
  const metrics = namesOf(ground.metrics);
  const led = textAt(words, at) === 'metric' ? 1 : 0;
  const place = at + led;
  const whole = metrics.find(({ lower }) => lower === textAt(words, place));
  if (whole !== undefined) return metricIs(ground, [whole.name], true, 1 + led);
  if (led === 0 && isText(words, at)) return null;
  for (let used = Math.min(MOST_WORDS, words.length - place); used > 0; used -= 1) {
    const said = words.slice(place, place + used);
    const wanted = said.flatMap(({ typed, isQuoted }) => (isQuoted ? [''] : wordsOfMetric(typed)));
    const [first = ''] = wanted;
    if (wanted.length === 0 || first === '') continue;
    if (led === 0 && wanted.length === 1 && (first.length < LEAST_LETTERS || NOT_ALONE.has(first))) continue;
    const found = fitting(
      wanted,
      // "order" is the service, where "orders" are the metric.
      wanted.length > 1 || led === 1
        ? metrics
        : metrics.filter(({ lower }) => isWrittenIn(textAt(words, place), lower)),
    );
    if (found !== null) return metricIs(ground, found.names, found.isWhole, used + led);
  }
  return null;
};

const isWrittenIn = (said: string, metric: string): boolean => metric.split(/[^\p{L}\p{N}]+/u).includes(said);

/** A metric is named right before that place. */
export const isBehindMetric = (words: readonly Word[], at: number, ground: Ground): boolean =>
  Array.from({ length: Math.min(at, MOST_WORDS) }, (_, back) => back + 1).some(
    (back) => readMetric(words, at - back, ground)?.used === back,
  );

const isText = (words: readonly Word[], at: number): boolean =>
  TEXT_LEADS.has(textAt(words, at - 1)) || (textAt(words, at - 2) === 'out' && textAt(words, at - 1) === 'of');

/** Those with all of these words and the fewest others; of equals those that are written so. */
const fitting = (
  wanted: readonly string[],
  metrics: readonly Named[],
): { readonly names: readonly string[]; readonly isWhole: boolean } | null => {
  if (new Set(wanted).size !== wanted.length) return null;
  const found = metrics.flatMap(({ name, words }) => {
    if (!wanted.every((word) => words.some((other) => alike(word, other)))) return [];
    const others = words.length - wanted.length;
    return [{ name, others, away: 10 * others + wanted.filter((word) => !words.includes(word)).length }];
  });
  if (found.length === 0) return null;
  const least = Math.min(...found.map(({ away }) => away));
  const nearest = found.filter(({ away }) => away === least);
  return { names: nearest.map(({ name }) => name), isWhole: nearest.every(({ others }) => others === 0) };
};

const alike = (one: string, other: string): boolean =>
  one === other || ALIKE.some((words) => words.has(one) && words.has(other));

/** Of several the first is proposed. */
const metricIs = ({ metricKinds }: Ground, names: readonly string[], isWhole: boolean, used: number): Found => {
  const [name = '', ...others] = names;
  const kind = metricKinds.get(name) ?? kindOfValues(name);
  const grows = kind === 'running-total' ? ', a running total: what came is how far it rose' : '';
  const or = others.slice(0, MOST_NAMED).join(' or ');
  const found = condition(
    'metric',
    `metric.name == ${printString(name)}`,
    `metric ${name}${grows}${others.length === 0 ? '' : `; or is it ${or}?`}`,
    used,
  );
  const part = found.part.kind === 'condition' ? { ...found.part, metric: { name, isWhole, kind } } : found.part;
  return { ...found, part, isSure: others.length === 0 };
};

const VALUE_STATISTICS: Readonly<Record<string, { readonly name: string; readonly called: string }>> = {
  SUM: { name: 'total', called: 'the sum' },
  AVG: { name: 'average', called: 'the average' },
  MEDIAN: { name: 'median', called: 'the median' },
  MAX: { name: 'maximum', called: 'the maximum' },
  MIN: { name: 'minimum', called: 'the minimum' },
};
const OF_VALUES: Readonly<Record<string, string>> = {
  ...STATISTICS,
  total: 'SUM',
  sum: 'SUM',
  highest: 'MAX',
  peak: 'MAX',
  largest: 'MAX',
  lowest: 'MIN',
  smallest: 'MIN',
};
const BEFORE_METRICS = new Set(['of', 'the', 'number', 'amount', 'value', 'values']);

/** ES|QL of the values of a metric by one statistic: what was asked for is all that is told. */
export const valuesBy = (statistic: string): Measure => {
  const name = VALUE_STATISTICS[statistic]?.name ?? 'value';
  return { aggregates: [`${name} = ${statistic}(value)`], computed: null, orderBy: name, field: 'value', of: null };
};

/** "average revenue", "total of orders.completed", "p95 of queue depth", "cpu usage max" */
export const readValues: Rule = (words, at, ground) => {
  const said = textAt(words, at);
  const statistic = Object.hasOwn(OF_VALUES, said) ? (OF_VALUES[said] ?? '') : '';
  const percentile = /^p(\d{1,2}(?:\.\d{1,2})?)$/u.exec(said)?.[1];
  if (statistic === '' && percentile === undefined) return null;
  const used = valuesFrom(words, at, ground);
  if (used === null) return null;
  if (percentile !== undefined) {
    const name = said.replace('.', '_');
    const measure = { ...valuesBy(''), aggregates: [`${name} = PERCENTILE(value, ${percentile})`], orderBy: name };
    return measured(measure, `the ${said} of its values`, used);
  }
  return measured(valuesBy(statistic), `${VALUE_STATISTICS[statistic]?.called ?? ''} of its values`, used);
};

/** Null: beside the statistic stands no metric. */
const valuesFrom = (words: readonly Word[], at: number, ground: Ground): number | null => {
  let next = at + 1;
  while (BEFORE_METRICS.has(textAt(words, next))) next += 1;
  if (readMetric(words, next, ground) !== null) return next - at;
  return isBehindMetric(words, at, ground) ? 1 : null;
};
