import { printString } from '#esql/print/print-expression.ts';
import { condition, type Rule, textAt } from './phrase.ts';
import { singular, type Word } from './read-words.ts';

// Ways in which the same is logged.
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  timeout: ['timeout', 'timed out'],
  oom: ['oom', 'out of memory', 'outofmemory'],
  db: ['database', 'db'],
};

/** What nobody names a service, and everybody logs. */
export const isLogSpeak = ({ typed, text, isQuoted }: Word): boolean =>
  !isQuoted && (['timeout', 'oom'].includes(singular(text)) || EXCEPTION.test(typed));

// NullPointerException, java.net.SocketTimeoutException, KeyError
const EXCEPTION = /^(?:[\w$]+\.)*[A-Z][\w$]*(?:Exception|Error)$/u;

const TIMES = /^(?:timed|times|timing|time)$/u;

/** "timed out": as "timeout" is looked for. */
export const readTimedOut: Rule = (words, at) => {
  if (!TIMES.test(textAt(words, at)) || textAt(words, at + 1) !== 'out') return null;
  const timeout = { typed: 'timeout', text: 'timeout', isQuoted: false };
  const esql = textCondition([timeout], 'message');
  return condition('text', esql, 'in the text: timeout, timed out', 2, textCondition([timeout], 'span.name'));
};

const inLike = (text: string): string => text.replaceAll(/[\\*?]/gu, (sign) => `\\${sign}`);

const contains = (column: string, text: string): string =>
  `TO_LOWER(${column}) LIKE ${printString(`*${inLike(text)}*`)}`;

/** What one of these is in, the word is in by itself, in the singular or as it is also said. */
const formsOf = (said: string): readonly string[] => {
  const one = singular(said);
  // "queries" are of a query, "cookies" of a cookie.
  const stem = /^(\p{L}{2,})ies$/u.exec(said)?.[1];
  if (stem !== undefined && one !== said) return [`${stem}y`, `${stem}ie`];
  return (Object.hasOwn(SYNONYMS, one) ? SYNONYMS[one] : undefined) ?? [HISSING.exec(said)?.[1] ?? one];
};

// "crashes", "batches", "indexes"
const HISSING = /^(\p{L}{2,}(?:[cs]h|ss|x))es$/u;

/** ES|QL: the column holds each of the words, in any order and case; what is quoted as it stands. */
export const textCondition = (words: readonly Word[], column: string): string =>
  words
    .map((word) => {
      const forms = word.isQuoted ? [word.text] : formsOf(word.text);
      const alternatives = forms.map((form) => contains(column, form));
      return alternatives.length === 1 ? (alternatives[0] ?? '') : `(${alternatives.join(' OR ')})`;
    })
    .join(' AND ');
