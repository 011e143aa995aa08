import { quoteName } from '#esql/print/quote-name.ts';
import type { Schema } from '#esql/schema.ts';
import { FAILED_SPAN, groupedBy, type Index, ofKind, type Part, type Phrase } from './phrase.ts';

/**
 * What the phrases are about: metrics where one is named, spans where only those have what is grouped by and all that
 * is asked for besides, else as they say, or logs.
 */
export const chooseIndex = (phrases: readonly Phrase[], schema: Schema): Index => {
  const parts = phrases.map(({ part }) => part);
  if (ofKind(parts, 'condition').some(({ about }) => about === 'metric')) return 'metrics';
  if (ofKind(parts, 'condition').some(({ about, isOfSpans }) => about === 'call' || isOfSpans === true)) return 'spans';
  const ofSpansAlone = ofKind(parts, 'group').some(
    ({ field }) => !has('logs', field, schema) && has('spans', field, schema),
  );
  if (ofSpansAlone && notOfSpans(parts, schema) === null) return 'spans';
  return ofKind(parts, 'index')[0]?.index ?? 'logs';
};

const has = (index: Index, field: string, schema: Schema): boolean => schema.get(index)?.fields.has(field) === true;

/** The field of a part that spans cannot tell; null: there is none. */
const notOfSpans = (parts: readonly Part[], schema: Schema): string | null =>
  parts
    .filter((part) => partOfSpans(part) === null)
    .map(fieldOf)
    .find((field) => field !== null && !has('spans', field, schema)) ?? null;

/** The phrases in the fields of the index; those that ask for what it does not have say so. */
export const fitIndex = (phrases: readonly Phrase[], index: Index, schema: Schema): readonly Phrase[] => {
  const missing = notOfSpans(
    phrases.map(({ part }) => part),
    schema,
  );
  const lackOf = ({ said, part }: Phrase, field: string): string => {
    if (part.kind !== 'group' || index !== 'logs' || missing === null || !has('spans', field, schema))
      return `${index} have no ${field}`;
    return `logs have no ${said.split(' ').at(-1) ?? field}; spans have ${field}, but no ${missing}`;
  };
  return phrases.map((phrase) => {
    const told = index === 'spans' ? partOfSpans(phrase.part) : null;
    if (told !== null) return { ...phrase, part: told, means: meansOfSpans(phrase) };
    const field = fieldOf(phrase.part);
    if (field === null || has(index, field, schema)) return phrase;
    const attribute = `attributes.${field}`;
    if (phrase.part.kind === 'group' && phrase.part.esql === field && has(index, attribute, schema)) {
      const { needs: _needs, ...part } = phrase.part;
      return {
        ...phrase,
        part: { ...part, field: attribute, esql: quoteName(attribute) },
        means: groupedBy(attribute),
      };
    }
    return { said: phrase.said, part: { kind: 'noise' }, means: lackOf(phrase, field), isSure: false };
  });
};

/** Null: it is no other than of logs. */
const partOfSpans = (part: Part): Part | null => {
  if (part.kind === 'condition' && part.ofSpans !== undefined) return { ...part, esql: part.ofSpans };
  if (part.kind === 'group' && part.ofSpans !== undefined) return { kind: 'group', ...part.ofSpans };
  if (part.kind !== 'measure' || part.measure.aggregatesOfSpans === undefined) return null;
  return { ...part, measure: { ...part.measure, aggregates: part.measure.aggregatesOfSpans } };
};

/** Of spans the same may be told by something else, and is then said so. */
const meansOfSpans = ({ part, means }: Phrase): string | null => {
  if (part.kind === 'group' && part.ofSpans !== undefined) return groupedBy(part.ofSpans.name);
  if (part.kind === 'condition' && part.about === 'endpoint') {
    const where = `where ${part.ofSpans ?? part.esql}`;
    return part.isNegated === true ? `not ${where}` : where;
  }
  if (part.kind !== 'condition' || part.ofSpans !== FAILED_SPAN) return means;
  return part.isNegated === true ? 'not spans that failed' : 'spans that failed';
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
