import { MEANINGS } from './choose-shape.ts';
import { type Ground, type Rule, textAt } from './phrase.ts';
import { readLevel, readOutcome, readStatus } from './read-filter.ts';
import { readNamed } from './read-service.ts';
import { readIndex } from './read-shape.ts';
import { readNumber, readSpan } from './read-span.ts';
import type { Word } from './read-words.ts';

export const MOST_OF_ALL = new Set(['top', 'busiest', 'noisiest', 'highest', 'biggest', 'largest']);
const MOST = new Set(['common', 'frequent']);

/** "slowest", "latest", "oldest", "top 10", "most common messages", "slowest 5", "last 20". */
export const readOrder: Rule = (words, at, ground) => {
  const said = textAt(words, at);
  const sorted = readSorted(words, at, ground);
  if (sorted !== null) return sorted;
  const isMost = said === 'most' && MOST.has(textAt(words, at + 1));
  if (isMost || MOST_OF_ALL.has(said)) {
    return {
      part: { kind: 'order', by: isMost ? 'most' : 'top' },
      means: MEANINGS.most,
      isSure: true,
      used: isMost ? 2 : 1,
    };
  }
  const by =
    said === 'slowest' || said === 'slow' || said === 'longest'
      ? 'slowest'
      : ['latest', 'newest', 'new', 'recent', 'last', 'tail'].includes(said)
        ? 'newest'
        : said === 'oldest' || said === 'first' || said === 'earliest'
          ? 'oldest'
          : null;
  if (by === null) return null;
  const most = readNumber(words[at + 1]);
  // "last hour" is a time, "last error" the newest one; "last" alone is nothing yet.
  if (said === 'last' && most === null && !areRows(words, at + 1, ground)) return null;
  const isFirst = SUPERLATIVES.has(said) && textAt(words, at + 1) === 'first';
  return { part: { kind: 'order', by }, means: MEANINGS[by], isSure: true, used: isFirst ? 2 : 1 };
};

const MOST_ROWS = 10_000;

const SUPERLATIVES = new Set(['slowest', 'latest', 'newest', 'oldest', 'earliest']);
const LIMIT_LEADS = new Set(
  'top last latest newest first slowest oldest earliest limit common frequent tail most'.split(' '),
);
// Not of "more than 5 errors" or "user 42 errors", whose number is of something else.
const BEFORE_NUMBERS = new Set(
  'show me us get give list display see find the a any all only just need want of with and recent'.split(' '),
);

/** A number beside its order or before what is listed: "top 20 errors", "5 slowest requests", "20 errors", "limit 5". */
export const readLimit: Rule = (words, at, ground) => {
  const led = ['limit', 'max', 'maximum'].includes(textAt(words, at)) ? 1 : 0;
  const said = textAt(words, at + led);
  const number = /^\d{1,5}$/u.test(said) ? Number(said) : 0;
  if (number < 1 || number > MOST_ROWS) return null;
  const before = textAt(words, at - 1);
  const isLed = led === 1 || LIMIT_LEADS.has(before) || SUPERLATIVES.has(textAt(words, at + 1));
  const isFree =
    before === '' ||
    BEFORE_NUMBERS.has(before) ||
    [readNamed, readIndex].some((rule) => rule(words, at - 1, ground) !== null);
  if (!isLed && !(isFree && areRows(words, at + 1, ground))) return null;
  const isOfEach = areRows(words, at + 1, ground) && OF_EACH.has(textAt(words, at + 2)) && !isSpan(words, at + 3);
  const means = isOfEach ? `${number} groups at most, and not ${number} of each` : `${number} at most`;
  return { part: { kind: 'limit', rows: number }, means, isSure: !isOfEach, used: led + 1 };
};

const OF_EACH = new Set(['per', 'each', 'every']);
const isSpan = (words: readonly Word[], at: number): boolean => readSpan(words, at) !== null;

const ROWS: readonly Rule[] = [readLevel, readOutcome, readStatus, readIndex];
const EXAMPLES = new Set('examples samples results rows slow'.split(' '));

/** What stands there are rows of some kind, with the name of their service before it or not: "errors", "payment errors". */
const areRows = (words: readonly Word[], at: number, ground: Ground): boolean => {
  if (EXAMPLES.has(textAt(words, at)) || ROWS.some((rule) => rule(words, at, ground) !== null)) return true;
  const service = readNamed(words, at, ground);
  return service !== null && ROWS.some((rule) => rule(words, at + service.used, ground) !== null);
};

const AT_LEAST: Readonly<Record<string, string>> = {
  'more than': '>',
  'at least': '>=',
  'fewer than': '<',
  'less than': '<',
};
const SIGNS = new Set(['>', '>=', '<', '<=']);

/** "services with more than 5 errors": of what is counted in each group. */
export const readManyRows: Rule = (words, at, ground) => {
  const pair = `${textAt(words, at)} ${textAt(words, at + 1)}`;
  const two = Object.hasOwn(AT_LEAST, pair) ? AT_LEAST[pair] : undefined;
  const one = textAt(words, at) === 'over' ? '>' : SIGNS.has(textAt(words, at)) ? textAt(words, at) : undefined;
  const sign = two ?? one;
  const place = at + (two === undefined ? 1 : 2);
  const said = textAt(words, place);
  if (sign === undefined || !/^\d{1,9}$/u.test(said) || !areRows(words, place + 1, ground)) return null;
  return {
    part: { kind: 'having', esql: `n ${sign} ${said}` },
    means: `only where n ${sign} ${said}`,
    isSure: true,
    used: place + 1 - at,
  };
};

const SORTED = new Set(['sorted', 'sort', 'ordered', 'order']);
const SORTS: Readonly<Record<string, 'slowest' | 'newest' | 'most'>> = {
  duration: 'slowest',
  latency: 'slowest',
  time: 'newest',
  newest: 'newest',
  latest: 'newest',
  count: 'most',
  number: 'most',
};

const COMPUTED = /^(?:rate|ratio|percentage|latency|duration|p\d+|average|avg|mean|median|max|min|slowest)$/u;

/** "sorted by count", "sort by time asc" */
const readSorted: Rule = (words, at) => {
  const said = textAt(words, at + 2);
  if (!SORTED.has(textAt(words, at)) || textAt(words, at + 1) !== 'by' || !Object.hasOwn(SORTS, said)) return null;
  const named = SORTS[said] ?? 'most';
  const direction = textAt(words, at + 3);
  const isUp = /^asc(?:ending)?$/u.test(direction);
  if (isUp && named !== 'newest') return null;
  const by = isUp ? 'oldest' : named;
  // Only a number of rows is a count.
  const isSure = named !== 'most' || !words.some(({ text }) => COMPUTED.test(text));
  const used = isUp || /^desc(?:ending)?$/u.test(direction) ? 4 : 3;
  return { part: { kind: 'order', by: by === 'most' ? 'top' : by }, means: MEANINGS[by], isSure, used };
};
