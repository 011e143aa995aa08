const QUOTED = /"[^"]*"|(?<![\p{L}\p{N}])'[^']*'/u;
const WORD = /[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*/u;
const PART = new RegExp(`${QUOTED.source}|${WORD.source}`, 'gu');
const DIGIT = /\p{N}/u;
const VALUE = '#';

// HTTP's status codes: RFC 9110, 15.
const STATUS = /^[1-5]\d\d$/;
const SHORT_NUMBER = /^-?\d{1,5}$/;
/** What stands before a number says that it is a code: "exit code 137", "status=502", "signal: 9". */
const NAMES_CODE = /(?:status|code|exit(?:ed)?(?: with)?|signal|errno)["']?\s*[=:]?\s*$/iu;
/** Or that it is the value of something else: "waiting=300", "/orders/300", "#300", "$300". */
const NAMES_VALUE = /[=:/#$@\\]$/u;
const UNIT = /^\s?(?:%|(?:[nmµu]?s|sec|seconds?|min|minutes?|h|hours?|d|days?|[KMGT]?i?B|bytes|times)\b)/u;

/** More of them at one place are measurements or ids rather than codes. */
const MOST_CODES = 5;
/** Of the messages, those that tell which of their numbers are codes. */
const MOST_READ = 1_000;

interface Read {
  /** With all values left out. */
  readonly masked: string;
  /** Of each value that was left out: the number that may be a code; null: it is none. */
  readonly codes: readonly (string | null)[];
}

const read = (message: string): Read => {
  const codes: (string | null)[] = [];
  const masked = message.replaceAll(PART, (part, at: number) => {
    if (!/^["']/u.test(part) && !DIGIT.test(part)) return part;
    codes.push(isCode(part, message.slice(Math.max(0, at - 20), at), message.slice(at + part.length)) ? part : null);
    return VALUE;
  });
  return { masked, codes };
};

const isCode = (word: string, before: string, after: string): boolean =>
  SHORT_NUMBER.test(word) && NAMES_CODE.test(before)
    ? true
    : STATUS.test(word) && !NAMES_VALUE.test(before) && !UNIT.test(after);

/**
 * The same for messages that differ only in what is quoted and in words with digits: numbers, ids, addresses.
 * Codes are facts and stay: numbers that are named so, and those that can be a status of HTTP wherever all `messages`
 * that are otherwise alike have one of a few such numbers.
 */
export const alikeAmong = (messages: readonly string[]): ((message: string) => string) => {
  const kinds = Map.groupBy(messages.slice(0, MOST_READ).map(read), ({ masked }) => masked);
  const areCodes = new Map([...kinds].map(([masked, kind]) => [masked, codePlaces(kind)]));
  return (message) => {
    const { masked, codes } = read(message);
    const places = areCodes.get(masked);
    const kept = codes.filter((_, place) => places?.[place] ?? true);
    return [masked, ...kept.map((each) => each ?? VALUE)].join('\n');
  };
};

const codePlaces = (kind: readonly Read[]): readonly boolean[] =>
  (kind[0]?.codes ?? []).map((_, place) => {
    const found = new Set(kind.map(({ codes }) => codes[place] ?? null));
    return !found.has(null) && found.size <= MOST_CODES;
  });
