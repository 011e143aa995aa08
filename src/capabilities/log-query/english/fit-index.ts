import type { Schema } from '#esql/schema.ts';
import { ofKind } from './compose-query.ts';
import type { Index, Part, Phrase } from './phrase.ts';

/** What the phrases are about: metrics where one is named, spans where their names are, else as they say, or logs. */
export const chooseIndex = (phrases: readonly Phrase[]): Index => {
  const parts = phrases.map(({ part }) => part);
  if (ofKind(parts, 'condition').some(({ about }) => about === 'metric')) return 'metrics';
  if (ofKind(parts, 'group').some(({ field }) => field === 'span.name')) return 'spans';
  return ofKind(parts, 'index')[0]?.index ?? 'logs';
};

// Of spans these are told by their status and name.
const TOLD_BY_SPANS = new Set(['level', 'status_code', 'message']);

/** The phrases, but for those that ask for what the index does not have: they say so. */
export const fitIndex = (phrases: readonly Phrase[], index: Index, schema: Schema): readonly Phrase[] => {
  const fields = schema.get(index)?.fields ?? new Map<string, string>();
  return phrases.map((phrase) => {
    const field = fieldOf(phrase.part);
    const isTold =
      index === 'spans' &&
      phrase.part.kind === 'condition' &&
      phrase.part.about !== 'field' &&
      TOLD_BY_SPANS.has(field ?? '');
    if (field === null || isTold || fields.has(field)) return phrase;
    return { said: phrase.said, part: { kind: 'noise' }, means: `${index} have no ${field}`, isSure: false };
  });
};

const fieldOf = (part: Part): string | null => {
  switch (part.kind) {
    case 'condition':
    case 'group':
      return part.field;
    case 'measure':
      return part.measure.field;
    case 'order':
      return part.by === 'slowest' ? 'duration_ms' : part.by === 'most' ? null : '@timestamp';
    default:
      return null;
  }
};
