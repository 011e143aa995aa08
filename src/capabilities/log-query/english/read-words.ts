/** A word of a question, or what stood in quotes. */
export interface Word {
  /** As it was typed, without quotes. */
  readonly typed: string;
  /** In small letters, to be compared with. */
  readonly text: string;
  readonly isQuoted: boolean;
}

const WORD_LIMIT = 100;
const PIECE = /"([^"]+)"|“([^”]+)”|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])|([^\s,;]+)/gu;
// A range of clock times or numbers is three words: 9-11, 14:00–15:30.
const RANGE = /^(\d{1,2}(?::\d{2}){0,2}(?:am|pm)?)[-–](\d{1,2}(?::\d{2}){0,2}(?:am|pm)?)$/iu;
// A clock with its zone is two: 15:17Z.
const ZONED = /^(\d{1,2}(?::\d{2}){1,2})(z|utc|gmt)$/iu;

/** Reads the first hundred words. */
export const readWords = (question: string): readonly Word[] =>
  [...question.matchAll(PIECE)]
    .flatMap((match) => {
      const quoted = match[1] ?? match[2] ?? match[3];
      if (quoted !== undefined) return [{ typed: quoted, text: quoted.toLowerCase(), isQuoted: true }];
      const bare = (match[4] ?? '').replace(/^[("']+|[.!?)"':]+$/gu, '');
      const [, from, to] = RANGE.exec(bare) ?? [];
      if (from !== undefined && to !== undefined) return [from, 'to', to].map(plainWord);
      const [, clock, zone] = ZONED.exec(bare) ?? [];
      return (clock === undefined || zone === undefined ? [bare] : [clock, zone]).map(plainWord);
    })
    .filter(({ text }) => text !== '')
    .slice(0, WORD_LIMIT);

const plainWord = (typed: string): Word => ({ typed, text: typed.toLowerCase(), isQuoted: false });

export const singular = (word: string): string =>
  word.length > 4 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
