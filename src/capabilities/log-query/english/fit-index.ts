import type { Schema } from '#esql/schema.ts';
import { type Index, ofKind, type Part, type Phrase } from './phrase.ts';

/** What the phrases are about: metrics where one is named, spans where their names are, else as they say, or logs. */
export const chooseIndex = (phrases: readonly Phrase[]): Index => {
  const parts = phrases.map(({ part }) => part);
  if (ofKind(parts, 'condition').some(({ about }) => about === 'metric')) return 'metrics';
  if (ofKind(parts, 'group').some(({ field }) => field === 'span.name')) return 'spans';
  return ofKind(parts, 'index')[0]?.index ?? 'logs';
};

/** The phrases in the fields of the index; those that ask for what it does not have say so. */
export const fitIndex = (phrases: readonly Phrase[], index: Index, schema: Schema): readonly Phrase[] => {
  const fields = schema.get(index)?.fields ?? new Map<string, string>();
  return phrases.map((phrase) => {
    const told = index === 'spans' ? partOfSpans(phrase.part) : null;
    if (told !== null) return { ...phrase, part: told };
    const field = fieldOf(phrase.part);
    if (field === null || fields.has(field)) return phrase;
    return { said: phrase.said, part: { kind: 'noise' }, means: `${index} have no ${field}`, isSure: false };
  });
};

/** Null: it is no other than of logs. */
const partOfSpans = (part: Part): Part | null => {
  if (part.kind === 'condition' && part.ofSpans !== undefined) return { ...part, esql: part.ofSpans };
  if (part.kind !== 'measure' || part.measure.aggregatesOfSpans === undefined) return null;
  return { ...part, measure: { ...part.measure, aggregates: part.measure.aggregatesOfSpans } };
};

const fieldOf = (part: Part): string | null => {
  switch (part.kind) {
    case 'condition':
    case 'group':
      return part.field;
    case 'measure':
      return part.measure.field;
    case 'order':
      return part.by === 'slowest' ? 'duration_ms' : part.by === 'most' || part.by === 'top' ? null : '@timestamp';
    default:
      return null;
  }
};
