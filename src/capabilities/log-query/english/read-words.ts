/** A word of a question, or what stood in quotes. */
export interface Word {
  /** As it was typed, without quotes. */
  readonly typed: string;
  /** In small letters, to be compared with. */
  readonly text: string;
  readonly isQuoted: boolean;
  /** It goes on with what stands before a comma. */
  readonly isAfterComma?: true;
}

export const WORD_LIMIT = 100;
// A value in quotes behind its field is one word with it: host.name="payment 1".
const PIECE =
  /(?<![^\s(,;])([\p{L}_@][\w@.-]*(?:[=!<>]=|[=<>:]))(?:"([^"]+)"|“([^”]+)”|'([^']+)')|"([^"]+)"|“([^”]+)”|(?<![\p{L}\p{N}])'([^']+)'(?![\p{L}\p{N}])|([^\s,;]+)/gu;
// A range of clock times or numbers is three words: 9-11, 14:00–15:30.
const RANGE =
  /^(\d{1,2}(?::\d{2}){0,2}(?:am|pm)?|\d{1,2}\.\d{2})[-–](\d{1,2}(?::\d{2}){0,2}(?:am|pm)?|\d{1,2}\.\d{2})$/iu;
// A clock with its zone is two: 15:17Z.
const ZONED = /^(\d{1,2}(?::\d{2}){1,2})(z|utc|gmt)$/iu;

// A day and a month end with a dot, as people write them in most of Europe: 20.11.
const DOTTED_DATE = /^\d{1,2}\.\d{1,2}\.$/u;

/** Reads the first words, as many as the limit allows. */
export const readWords = (question: string, limit = WORD_LIMIT): readonly Word[] =>
  [...question.matchAll(PIECE)]
    .flatMap((match): readonly Word[] => {
      const [, field, ...values] = match;
      if (field !== undefined) return [plainWord(field + (values[0] ?? values[1] ?? values[2] ?? ''))];
      const quoted = values[3] ?? values[4] ?? values[5];
      if (quoted !== undefined) return [{ typed: quoted, text: quoted.toLowerCase(), isQuoted: true }];
      const piece = values[6] ?? '';
      const bare = piece.replace(/^[("']+|[)"']+$/gu, '');
      const [first, ...others] = partsOf(DOTTED_DATE.test(bare) ? bare : bare.replace(/[.!?)"':]+$/gu, '')).map(
        plainWord,
      );
      if (first === undefined) return [];
      const isAfterComma = question.slice(0, match.index).trimEnd().endsWith(',');
      return [isAfterComma ? { ...first, isAfterComma } : first, ...others];
    })
    .filter(({ text }) => text !== '')
    .slice(0, limit);

// What is written as one and read as several.
const SEVERAL: readonly {
  readonly pattern: RegExp;
  readonly words: (...parts: readonly string[]) => readonly string[];
}[] = [
  { pattern: RANGE, words: (from = '', to = '') => [from, 'to', to] },
  { pattern: ZONED, words: (clock = '', zone = '') => [clock, zone] },
  { pattern: /^[!-](\p{L}.*)$/u, words: (what = '') => ['not', what] },
  { pattern: /^non-(\w+)$/iu, words: (what = '') => ['not', what] },
  {
    pattern: /^([\p{L}\d]{2,})\/(s|sec|second|m|min|minute|h|hr|hour|d|day)$/iu,
    words: (what = '', unit = '') => [what, 'per', unit],
  },
  // "gateway->payment"
  { pattern: /^(\p{L}[\p{L}\p{N}_.-]*?)(?:->|=>|→)(\p{L}.*)$/u, words: (from = '', to = '') => [from, '->', to] },
  { pattern: /^(p\d{1,2})\/(p\d{1,2})$/iu, words: (one = '', other = '') => [one, other] },
  { pattern: /^(?:rps|qps|tps)$/iu, words: () => ['requests', 'per', 'second'] },
  { pattern: /^rpm$/iu, words: () => ['requests', 'per', 'minute'] },
  // "yesterday's", "payment's"
  { pattern: /^(.+)['’]s$/iu, words: (whose = '') => [whose] },
  { pattern: /^(\p{L}{2,})[+&](\p{L}{2,})$/u, words: (one = '', other = '') => [one, 'and', other] },
];

const partsOf = (bare: string): readonly string[] => {
  for (const { pattern, words } of SEVERAL) {
    const match = pattern.exec(bare);
    if (match !== null) return words(...match.slice(1));
  }
  return [bare];
};

const plainWord = (typed: string): Word => ({ typed, text: typed.toLowerCase(), isQuoted: false });

export const singular = (word: string): string =>
  word.length > 4 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
