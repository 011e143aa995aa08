import { type Index, type Measure, ofKind, type Part, type Phrase } from './phrase.ts';
import { COUNT } from './read-shape.ts';

const ROOT: Extract<Part, { kind: 'condition' }> = {
  kind: 'condition',
  about: 'field',
  field: 'parent.id',
  esql: 'parent.id IS NULL',
};
const NUMBER: Measure = { ...COUNT, aggregates: ['n = COUNT_DISTINCT(trace.id)'] };

/**
 * Traces, each of which is many spans: its first span stands for it, unless something of its spans is asked for, which
 * may be of any of them. `areServicesMeant`: though no phrase names one.
 */
export const fitTraces = (phrases: readonly Phrase[], index: Index, areServicesMeant: boolean): readonly Phrase[] => {
  const at = phrases.findIndex(({ part }) => part.kind === 'index' && part.areTraces === true);
  const traces = phrases[at];
  if (traces === undefined || index !== 'spans') return phrases;
  const parts = phrases.map(({ part }) => part);
  const measures = ofKind(parts, 'measure').map(({ measure }) => measure);
  const isOfSpans = areServicesMeant || ofKind(parts, 'condition').some(({ about }) => about !== 'duration');
  const isCounted = measures.every(({ orderBy, computed }) => orderBy === 'n' && computed === null);
  if (!isOfSpans || !isCounted)
    return phrases.toSpliced(at + 1, 0, { ...traces, part: ROOT, said: '' }).with(at, {
      ...traces,
      means: 'traces, each by its first span',
    });
  const told = (means: string): readonly Phrase[] => phrases.with(at, { ...traces, means });
  const isGrouped = parts.some(({ kind }) => kind === 'group' || kind === 'over-time');
  if (measures.length === 0 && !isGrouped)
    return told('traces with such a span').toSpliced(at + 1, 0, ...listed(traces, parts));
  const counted: Phrase = { ...traces, said: '', part: { kind: 'measure', measure: NUMBER } };
  return told('the number of traces with such a span')
    .map((phrase) => (phrase.part.kind === 'measure' ? { ...phrase, part: counted.part } : phrase))
    .toSpliced(at + 1, 0, ...(measures.length === 0 ? [counted] : []));
};

/** One row for each trace. */
const listed = (traces: Phrase, parts: readonly Part[]): readonly Phrase[] => {
  const orders = ofKind(parts, 'order').map(({ by }) => by);
  const isOldest = orders.includes('oldest');
  const seen = isOldest ? 'oldest = MIN(@timestamp)' : 'newest = MAX(@timestamp)';
  const measure: Measure = {
    aggregates: ['longest_ms = MAX(duration_ms)', seen, 'spans = COUNT(*)'],
    computed: null,
    orderBy: orders.includes('slowest') ? 'longest_ms' : isOldest ? 'oldest' : 'newest',
    field: null,
    of: null,
  };
  return [
    { ...traces, said: '', part: { kind: 'measure', measure } },
    { ...traces, said: '', part: { kind: 'group', name: 'trace', field: 'trace.id', esql: 'trace.id' } },
  ];
};
