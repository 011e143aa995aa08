import { parseIsoDate } from '#esql/values/iso-date.ts';

/** An ISO 8601 date, or the forms near it that people write, in UTC; undefined if it is none. */
export const readDate = (text: string): number | undefined => {
  const ms = parseIsoDate(text) ?? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** The members of `a, b`, a comma within one escaped by a backslash. */
export const splitValues = (text: string): readonly string[] =>
  text.split(/(?<!\\),/).map((value) => value.trim().replaceAll(String.raw`\,`, ','));
