import { printString } from '#esql/print/print-expression.ts';
import { singular, type Word } from './read-words.ts';

// Ways in which the same is logged.
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  timeout: ['timeout', 'timed out'],
  oom: ['oom', 'out of memory', 'outofmemory'],
  db: ['database', 'db'],
};

const inLike = (text: string): string => text.replaceAll(/[\\*?]/gu, (sign) => `\\${sign}`);

const contains = (column: string, text: string): string =>
  `TO_LOWER(${column}) LIKE ${printString(`*${inLike(text)}*`)}`;

/** ES|QL: the column holds each of the words, in any order and case; what is quoted as it stands. */
export const textCondition = (words: readonly Word[], column: string): string =>
  words
    .map((word) => {
      const wanted = word.isQuoted ? word.text : singular(word.text);
      const forms = (word.isQuoted || !Object.hasOwn(SYNONYMS, wanted) ? undefined : SYNONYMS[wanted]) ?? [wanted];
      const alternatives = forms.map((form) => contains(column, form));
      return alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' OR ')})`;
    })
    .join(' AND ');
