import { MINUTE_MS } from '#kernel/duration.ts';
import { condition, type Found, type Rule, textAt } from './phrase.ts';
import { readSpan } from './read-span.ts';
import type { Word } from './read-words.ts';

const SLOWER = new Set(['slower', 'longer', 'more', 'greater']);
const FASTER = new Set(['faster', 'less', 'shorter', 'quicker']);

// Requests are slower and take, where what is computed of them is over or under.
const OF_REQUESTS = new Set(['slower', 'longer', 'faster', 'shorter', 'quicker']);
const TAKEN = new Set(['taking', 'took', 'lasting', 'lasted']);

/** "slower than 2 s", "took more than 500ms", "over 2 seconds", "faster than 10 ms". */
export const readDuration: Rule = (words, at) => {
  // "but less than 5 s" bounds as well.
  let start = at + (textAt(words, at) === 'but' ? 1 : 0);
  while (
    ['taking', 'took', 'that', 'which', 'lasting', 'lasted', 'with', 'latency', 'duration'].includes(
      textAt(words, start),
    ) &&
    start < at + 4
  )
    start += 1;
  const word = textAt(words, start);
  const than = textAt(words, start + 1) === 'than' ? 1 : 0;
  const between = readBetween(words, start);
  const isOfRequests = OF_REQUESTS.has(word) || words.slice(at, start).some(({ text }) => TAKEN.has(text));
  if (between !== null) return bare({ ...between, used: between.used + start - at }, !isOfRequests);
  const isSlower = (SLOWER.has(word) && than === 1) || ['over', 'above', '>', '>='].includes(word);
  const isFaster = (FASTER.has(word) && than === 1) || ['under', 'below', '<', '<='].includes(word);
  const glued = /^([<>])=?(\d.*)$/u.exec(word);
  const next = glued
    ? [{ typed: glued[2] ?? '', text: glued[2] ?? '', isQuoted: false }, ...words.slice(start + 1)]
    : null;
  if (!isSlower && !isFaster && glued === null) return null;
  const span = next === null ? readSpan(words, start + 1 + than) : readSpan(next, 0);
  if (span === null) return null;
  const operator = isSlower || glued?.[1] === '>' ? '>' : '<';
  const used = start - at + (next === null ? 1 + than : 0) + span.used;
  const means = `${operator === '>' ? 'slower' : 'faster'} than ${span.esql}`;
  return bare(condition('duration', `duration_ms ${operator} ${span.ms}`, means, used), !isOfRequests);
};

const bare = (found: Found, isBare: boolean): Found =>
  isBare && found.part.kind === 'condition' ? { ...found, part: { ...found.part, isBare } } : found;

/** "between 1 s and 5 s"; of longer ones a time may be meant, and before "ago" it is. */
const readBetween = (words: readonly Word[], at: number): Found | null => {
  if (textAt(words, at) !== 'between') return null;
  const from = readSpan(words, at + 1);
  const middle = at + 1 + (from?.used ?? 0);
  const to = textAt(words, middle) === 'and' ? readSpan(words, middle + 1) : null;
  if (from === null || to === null || Math.max(from.ms, to.ms) >= MINUTE_MS) return null;
  const end = middle + 1 + to.used;
  if (textAt(words, end) === 'ago') return null;
  const [least, most] = from.ms <= to.ms ? [from, to] : [to, from];
  return condition(
    'duration',
    `duration_ms >= ${least.ms} AND duration_ms <= ${most.ms}`,
    `between ${least.esql} and ${most.esql}`,
    end - at,
  );
};
