import type { CallSource } from '#esql/plan.ts';

// What identifies a message is among its first characters.
const MAX_CHARACTERS = 1_024;

// A number, and the numbers, addresses, times and hexadecimal that are joined to it; words are not.
const NUMBERS = '[0-9][0-9a-fA-F]*([.:-]+[0-9a-fA-F]*[0-9][0-9a-fA-F]*)*';

/** Messages that differ in numbers only have one form, so that few are categorized. */
export const messageForm = (text: string): string =>
  `regexp_replace(left(${text}, ${MAX_CHARACTERS}), '${NUMBERS}', '0', 'g')`;

/** For messages whose form was too rare to be categorized. */
export const OTHER_CATEGORY = '.*?';

/** Categories by form as one parameter: a JSON list of pairs; an empty category is none. */
export const CATEGORIES_STRUCTURE = '[{"form":"VARCHAR","category":"VARCHAR"}]';

/** Tells the calls of CATEGORIZE in a query apart. */
export const placeOfCall = ({ line, column }: CallSource): string => `${line}:${column}`;
