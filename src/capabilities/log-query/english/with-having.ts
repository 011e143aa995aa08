import { type Measure, ofKind, type Part, type Phrase } from './phrase.ts';

/**
 * "p99 over 1 s" is about what was computed, and not about each row before, wherever the length of time stands. That
 * of "p99 of requests over 1 s" may be either.
 */
export const withHaving = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const latencies = phrases.flatMap(({ part }, at) => (isLatency(part) ? [{ at, measure: part.measure }] : []));
  return phrases.map((phrase, at) => {
    const nearest = latencies.findLast((latency) => latency.at < at) ?? latencies[0];
    const { part } = phrase;
    if (nearest === undefined || part.kind !== 'condition' || part.about !== 'duration') return phrase;
    const before = phrases[at - 1]?.part;
    if (part.isBare !== true && before !== undefined && !isLatency(before)) return phrase;
    if (part.isBare !== true && nearest.at !== at - 1) return phrase;
    return boundOf(phrase, part, nearest.measure, before !== undefined && isRequests(before));
  });
};

const boundOf = (
  phrase: Phrase,
  { esql: ofRows, isNegated }: Extract<Part, { kind: 'condition' }>,
  { orderBy }: Measure,
  isAfterRequests: boolean,
): Phrase => {
  const bound = ofRows.replaceAll('duration_ms', orderBy);
  const esql = isNegated === true ? `NOT (${bound})` : bound;
  const means = `only where ${esql}${isAfterRequests ? ' (of each request: “slower than”, “faster than”)' : ''}`;
  return { ...phrase, part: { kind: 'having', esql }, means, isSure: phrase.isSure && !isAfterRequests };
};

const isLatency = (part: Part): part is Extract<Part, { kind: 'measure' }> =>
  part.kind === 'measure' && part.measure.computed === null && part.measure.orderBy.endsWith('_ms');

const isRequests = (part: Part): boolean => ofKind([part], 'condition').some(({ about }) => about === 'outcome');
