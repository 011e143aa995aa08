import type { CallSource } from '#esql/plan.ts';

// What identifies a message is among its first characters.
const MAX_CHARACTERS = 1_024;

/** Messages that differ in numbers and long hexadecimal only have one form, so that few are categorized. */
export const messageForm = (text: string): string =>
  `regexp_replace(left(${text}, ${MAX_CHARACTERS}), '\\b[0-9a-fA-F]{8,}\\b|[0-9]+', '0', 'g')`;

/** For messages whose form was too rare to be categorized. */
export const OTHER_CATEGORY = '.*?';

/** Categories by form as one parameter: a JSON list of pairs; an empty category is none. */
export const CATEGORIES_STRUCTURE = '[{"form":"VARCHAR","category":"VARCHAR"}]';

/** Tells the calls of CATEGORIZE in a query apart. */
export const placeOfCall = ({ line, column }: CallSource): string => `${line}:${column}`;
