import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { printString } from '#esql/print/print-expression.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { readClockOn, readPoint, type SpokenPoint, type TimeGround } from './read-point.ts';
import { readSpan, type SpokenSpan } from './read-span.ts';
import type { Word } from './read-words.ts';

/** A time that somebody named. */
export interface SpokenTime extends TimeWindow {
  /** ES|QL conditions over `@timestamp`, to be joined by AND. */
  readonly conditions: readonly string[];
  readonly used: number;
  /** The zone that was said with it, or else the asker's. */
  readonly timeZone: string;
  /** No word but the length says that a time is meant, and it does not end the question. */
  readonly isGuess: boolean;
}

type Found = Omit<SpokenTime, 'timeZone' | 'isGuess'> & { readonly isGuess?: boolean };

const AROUND_MS = 10 * MINUTE_MS;
const LEADING = new Set(['in', 'over', 'during', 'within', 'for', 'the', 'from']);
const FEW = { typed: '5', text: '5', isQuoted: false };
const RECENT = new Set(['last', 'past', 'previous', 'recent']);

/**
 * "last 2h", "in the past hour", "since 14:00", "yesterday", "yesterday 9 to 11", "between 14:00 and 15:00 UTC",
 * "before noon", "around 14:05", "20 minutes ago", "30m": null where none is said here. In the asker's time zone,
 * unless UTC is named.
 */
export const readTime = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null =>
  readInUtc(words, at, ground) ?? readInZone(words, at, ground);

const UTC_WORDS = new Set(['utc', 'gmt', 'z']);
const MOST_WORDS = 12;

/** With "UTC" after the time, or after one of the two that bound it. */
const readInUtc = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null => {
  const places = words.slice(at, at + MOST_WORDS).map((word, index) => ({ word, end: index + 1 }));
  const others = places.filter(({ word }) => word.isQuoted || !UTC_WORDS.has(word.text));
  if (others.length === places.length) return null;
  const found = readInZone([...others.map(({ word }) => word), ...words.slice(at + MOST_WORDS)], 0, {
    ...ground,
    timeZone: 'UTC',
  });
  if (found === null) return null;
  let used = others[found.used - 1]?.end ?? found.used;
  while (used < places.length && UTC_WORDS.has(places[used]?.word.text ?? '')) used += 1;
  return used > found.used ? { ...found, used } : null;
};

const readInZone = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null => {
  let start = at;
  while (start < at + 2 && LEADING.has(words[start]?.text ?? '')) start += 1;
  const led = start - at;
  const found =
    readRecent(words, start, ground) ??
    readOpen(words, start, ground) ??
    readBetween(words, start, ground, words[start - 1]?.text === 'from') ??
    readAround(words, start, ground) ??
    readLength(words, at, start, ground);
  return found === null ? null : { isGuess: false, ...found, used: found.used + led, timeZone: ground.timeZone };
};

// "over 2 s" and "took 2 s" are about how long a request took.
const LENGTH_LEADS = new Set(['in', 'during', 'within', 'for']);
export const LENGTH_FOLLOWS: ReadonlySet<string> = new Set(
  'after took take takes taking lasted lasting waited waiting than over under above below about every'.split(' '),
);

/** "30m", "2 h": the time up to now, as every command but a search has it. */
const readLength = (words: readonly Word[], at: number, start: number, { now }: TimeGround): Found | null => {
  const isLed = start === at || LENGTH_LEADS.has(words[start - 1]?.text ?? '');
  const before = words[at - 1];
  if (!isLed || (before !== undefined && LENGTH_FOLLOWS.has(before.text))) return null;
  if (words[start]?.isQuoted !== false || !/^\d/u.test(words[start].text)) return null;
  if (isStatusPlural(words, at, start)) return null;
  const span = readSpan(words, start);
  if (span === null || span.ms < SECOND_MS) return null;
  return { ...recent(span, 0, now), isGuess: start + span.used < words.length };
};

/** "404s by route", "a spike in 503s": status codes, whose plural looks like seconds. */
const isStatusPlural = (words: readonly Word[], at: number, start: number): boolean => {
  const said = words[start]?.text ?? '';
  if (start === at) return /^[1-5]\d{2}s$/u.test(said);
  return ['in', 'for'].includes(words[start - 1]?.text ?? '') && /^[45]\d{2}s$/u.test(said);
};

const TIME_LIKE = /^(?:\d{1,2}:\d{2}(?::\d{2})?\S*|\d+(?:\.\d+)?(?:s|secs?|m|mins?|h|hrs?|d|w)|\d{4}-\d{2}-\d{2}\S*)$/u;

/** Whoever types such a word means a time, even where it is not understood as one. */
export const looksLikeTime = ({ text, isQuoted }: Word): boolean => !isQuoted && TIME_LIKE.test(text);

const readRecent = (words: readonly Word[], at: number, { now }: TimeGround): Found | null => {
  if (!RECENT.has(words[at]?.text ?? '')) return null;
  const few = words[at + 1]?.text === 'few' ? 1 : 0;
  const span = few === 0 ? readSpan(words, at + 1) : readSpan([FEW, ...words.slice(at + 2)], 0);
  if (span === null) return null;
  return recent(span, 1, now);
};

const recent = (span: SpokenSpan, led: number, now: Date): Found => ({
  from: addMs(now, -span.ms),
  to: now,
  conditions: [`@timestamp >= NOW() - ${span.esql}`],
  used: led + span.used,
});

const readOpen = (words: readonly Word[], at: number, ground: TimeGround): Found | null => {
  const word = words[at]?.text ?? '';
  if (word === 'since') {
    const span = readSpan(words, at + 1);
    // "since 30m", as a command has it; "since 20 minutes ago" is a point.
    if (span !== null && words[at + 1 + span.used]?.text !== 'ago') return recent(span, 1, ground.now);
  }
  if (word === 'since' || word === 'after') {
    const point = readPoint(words, at + 1, ground, true);
    if (point === null) return null;
    const from = word === 'after' ? point.to : point.from;
    return { from, to: ground.now, conditions: [`@timestamp >= ${print(from)}`], used: 1 + point.used };
  }
  if (word === 'before' || word === 'until' || word === 'till') {
    const point = readPoint(words, at + 1, ground, true);
    if (point === null) return null;
    // Nobody means all that was ever kept.
    const to = word === 'before' ? point.from : point.to;
    return { ...between(addMs(to, -HOUR_MS), to), used: 1 + point.used };
  }
  return null;
};

const JOINS = new Set(['to', 'and', 'until', 'till', 'through', '-', '–']);

const readBetween = (words: readonly Word[], at: number, ground: TimeGround, isFrom: boolean): Found | null => {
  const isLed = words[at]?.text === 'between';
  const start = at + (isLed ? 1 : 0);
  const day = readPoint(words, start, ground);
  // "yesterday 9 to 11": a day, then two clocks of it.
  const isDay = day !== null && day.to.getTime() - day.from.getTime() >= DAY_MS / 4;
  if (isDay) {
    const lead = ['from', 'between'].includes(words[start + day.used]?.text ?? '') ? 1 : 0;
    const first = readClockOn(words, start + day.used + lead, day.from, ground);
    const pair = first === null ? null : joined(words, start + day.used + lead, first, ground);
    if (pair !== null) return { ...pair, used: pair.used + (start - at) + day.used + lead };
  }
  const isPair = isLed || isFrom || JOINS.has(words[start + 1]?.text ?? '') || JOINS.has(words[start + 2]?.text ?? '');
  const first = readPoint(words, start, ground, isPair);
  if (first === null) return null;
  const pair = joined(words, start, first, ground);
  return pair === null ? null : { ...pair, used: pair.used + (start - at) };
};

/** From the first point to the one that follows "to" or "and". */
const joined = (words: readonly Word[], at: number, first: SpokenPoint, ground: TimeGround): Found | null => {
  if (!JOINS.has(words[at + first.used]?.text ?? '')) return null;
  const next = at + first.used + 1;
  const clock = readPoint(words, next, ground, true);
  if (clock === null) return null;
  // A clock after a point is of the same day, or of the next where it would be earlier.
  const sameDay = clock.isClockOnly ? readClockOn(words, next, first.from, ground) : clock;
  const second = sameDay ?? clock;
  const to = clock.isClockOnly && second.from <= first.from ? addMs(second.from, DAY_MS) : second.to;
  if (first.from >= to) return null;
  // A time that has begun but not ended is meant up to now.
  return { ...upToNow({ from: first.from, to }, ground), used: first.used + 1 + clock.used };
};

const readAround = (words: readonly Word[], at: number, ground: TimeGround): Found | null => {
  const isLed = ['at', 'around', 'about', 'near'].includes(words[at]?.text ?? '');
  const point = readPoint(words, at + (isLed ? 1 : 0), ground);
  if (point === null || words[at]?.text === 'now') return null;
  const used = point.used + (isLed ? 1 : 0);
  if (point.from < point.to) return { ...upToNow(point, ground), used };
  return { ...upToNow({ from: addMs(point.from, -AROUND_MS), to: addMs(point.to, AROUND_MS) }, ground), used };
};

const upToNow = ({ from, to }: TimeWindow, { now }: TimeGround): Omit<Found, 'used'> =>
  to > now && from < now ? { from, to: now, conditions: [`@timestamp >= ${print(from)}`] } : between(from, to);

const between = (from: Date, to: Date): Omit<Found, 'used'> => ({
  from,
  to,
  conditions: [`@timestamp >= ${print(from)}`, `@timestamp < ${print(to)}`],
});

const print = (at: Date): string => printString(at.toISOString().replace('.000Z', 'Z'));
