import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Word } from './read-words.ts';

/** How long something lasts, and how ES|QL writes that. */
export interface SpokenSpan {
  readonly ms: number;
  /** E.g. `2 hours`. */
  readonly esql: string;
  readonly used: number;
}

const UNITS = [
  { unit: 'millisecond', ms: 1, said: ['ms', 'msec', 'msecs', 'millisecond', 'milliseconds'] },
  { unit: 'second', ms: SECOND_MS, said: ['s', 'sec', 'secs', 'second', 'seconds'] },
  { unit: 'minute', ms: MINUTE_MS, said: ['m', 'min', 'mins', 'minute', 'minutes'] },
  { unit: 'hour', ms: HOUR_MS, said: ['h', 'hr', 'hrs', 'hour', 'hours'] },
  { unit: 'day', ms: DAY_MS, said: ['d', 'day', 'days'] },
  { unit: 'week', ms: 7 * DAY_MS, said: ['w', 'wk', 'week', 'weeks'] },
] as const;

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  couple: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  sixty: 60,
};

const LONGEST_MS = 3_660 * DAY_MS;

export const readNumber = (word: Word | undefined): number | null => {
  if (word === undefined || word.isQuoted) return null;
  if (/^\d{1,7}(?:\.\d{1,3})?$/u.test(word.text)) return Number(word.text);
  return Object.hasOwn(NUMBERS, word.text) ? (NUMBERS[word.text] ?? null) : null;
};

/** "2h", "30 minutes", "an hour", "half an hour", "1.5 s"; a unit alone ("hour") counts as one. */
export const readSpan = (words: readonly Word[], at: number): SpokenSpan | null => {
  const glued = gluedSpan(words[at]);
  const said = glued ?? readOneSpan(words, at);
  const further = said === null || glued !== null ? null : furtherSpan(words, at, said);
  return said === null || further === null ? said : together(said, further, said.used + further.used);
};

const GLUED = /^(\d{1,4}[dh])(\d{1,4}m|\d{1,2}h)$/u;

/** "1h30m" */
const gluedSpan = (word: Word | undefined): SpokenSpan | null => {
  const [, first, second] = GLUED.exec(word?.isQuoted === false ? word.text : '') ?? [];
  if (first === undefined || second === undefined) return null;
  const [long, short] = [first, second].map((text) => readOneSpan([{ typed: text, text, isQuoted: false }], 0));
  if (long === null || long === undefined || short === null || short === undefined) return null;
  return short.ms < long.ms ? together(long, short, 1) : null;
};

/** "1 hour 30 minutes": what is left of the unit before. */
const furtherSpan = (words: readonly Word[], at: number, { ms, used }: SpokenSpan): SpokenSpan | null => {
  if (!/^\d/u.test(words[at]?.text ?? '') || !/^\d/u.test(words[at + used]?.text ?? '')) return null;
  const further = readOneSpan(words, at + used);
  return further !== null && further.ms < ms && ms % MINUTE_MS === 0 && further.ms % MINUTE_MS === 0 ? further : null;
};

const together = (one: SpokenSpan, other: SpokenSpan, used: number): SpokenSpan => {
  const ms = one.ms + other.ms;
  return { ms, esql: inWhole(ms, MINUTE_MS, 'minute'), used };
};

const readOneSpan = (words: readonly Word[], at: number): SpokenSpan | null => {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2]];
  const joined = /^(\d{1,7}(?:\.\d{1,3})?)([a-z]+)$/u.exec(first?.isQuoted === false ? first.text : '');
  if (joined) return span(Number(joined[1]), joined[2], 1);
  if (first?.text === 'half')
    return span(
      0.5,
      (second?.text === 'an' || second?.text === 'a' ? third : second)?.text,
      second?.text === 'an' || second?.text === 'a' ? 3 : 2,
    );
  const couple = first?.text === 'couple' ? 0 : first?.text === 'a' && second?.text === 'couple' ? 1 : null;
  if (couple !== null) {
    const of = words[at + couple + 1]?.text === 'of' ? 1 : 0;
    return span(2, words[at + couple + 1 + of]?.text, couple + 2 + of);
  }
  const amount = readNumber(first);
  if (amount !== null) return span(amount, second?.text, 2);
  const isUnit = first?.isQuoted === false && (first.text.length > 2 || first.text === 'hr');
  return isUnit ? span(1, first.text, 1) : null;
};

const span = (amount: number, said: string | undefined, used: number): SpokenSpan | null => {
  const found = UNITS.find((unit) => (unit.said as readonly (string | undefined)[]).includes(said));
  if (found === undefined || amount <= 0) return null;
  const ms = Math.round(amount * found.ms);
  if (ms < 1 || ms > LONGEST_MS) return null;
  return { ms, esql: inWhole(ms, found.ms, found.unit), used };
};

/** ES|QL's spans are of whole units: half an hour is 30 minutes. */
const inWhole = (ms: number, unitMs: number, unit: string): string => {
  const [amount, name] =
    ms % unitMs === 0
      ? [ms / unitMs, unit]
      : (UNITS.toReversed()
          .filter((smaller) => ms % smaller.ms === 0)
          .map((smaller) => [ms / smaller.ms, smaller.unit] as const)[0] ?? [ms, 'millisecond']);
  return `${amount} ${name}${amount === 1 ? '' : 's'}`;
};
