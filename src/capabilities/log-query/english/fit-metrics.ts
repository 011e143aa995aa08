import { type Ground, ofKind, type Part, type Phrase } from './phrase.ts';
import { readNamed } from './read-service.ts';
import { textCondition } from './read-text.ts';
import { readWords } from './read-words.ts';

/**
 * Beside what only lines or requests have, a part of a metric's name is a word like others: “memory errors” are errors
 * that tell of memory. Asked about, for the metric may be meant.
 */
export const fitMetrics = (phrases: readonly Phrase[], ground: Ground): readonly Phrase[] => {
  const isOfRows = phrases.some(({ part }) => asksForRows(part));
  return isOfRows ? phrases.map((phrase) => (isByPart(phrase.part) ? asWord(phrase, ground) : phrase)) : phrases;
};

const OF_ROWS = new Set(['level', 'status', 'outcome', 'duration', 'trace', 'endpoint', 'call']);

const asksForRows = (part: Part): boolean =>
  part.kind === 'condition' ? OF_ROWS.has(part.about) : part.kind === 'index' && part.index !== 'metrics';

const isByPart = (part: Part): boolean => ofKind([part], 'condition').some(({ metric }) => metric?.isWhole === false);

const asWord = ({ said, means }: Phrase, ground: Ground): Phrase => {
  const words = readWords(said);
  const service = readNamed(words, 0, ground);
  if (service !== null)
    return { said, part: service.part, means: `${service.means ?? ''}; or ${means ?? ''}?`, isSure: false };
  return {
    said,
    part: {
      kind: 'condition',
      about: 'text',
      field: 'message',
      esql: textCondition(words, 'message'),
      ofSpans: textCondition(words, 'span.name'),
    },
    means: `in the text: ${said}; or ${means ?? ''}?`,
    isSure: false,
  };
};
