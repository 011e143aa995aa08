import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { printString } from '#esql/print/print-expression.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { readClockOn, readClocksOfDay, readPoint, type SpokenPoint, type TimeGround } from './read-point.ts';
import { readSpan, type SpokenSpan } from './read-span.ts';
import { zoneOf } from './read-zone.ts';
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
  /** What is nearest to it is asked for; null: a range was said. */
  readonly point: Date | null;
  /** How long it is, where that may be taken for something else. */
  readonly inWords: string | null;
}

type Found = TimeWindow & Pick<SpokenTime, 'conditions' | 'used'> & Partial<SpokenTime>;

const AROUND_MS = 10 * MINUTE_MS;
const AT_MS = 2 * MINUTE_MS;
const LEADING = new Set(['in', 'over', 'during', 'within', 'for', 'the', 'from']);
const FEW = { typed: '5', text: '5', isQuoted: false };
const FIVE_MINUTES: SpokenSpan = { ms: 5 * MINUTE_MS, esql: '5 minutes', used: 0 };
const RECENT = new Set(['last', 'past', 'previous', 'recent']);

/**
 * "last 2h", "in the past hour", "since 14:00", "yesterday", "yesterday 9 to 11", "between 14:00 and 15:00 UTC",
 * "before noon", "around 14:05", "20 minutes ago", "30m": null where none is said here. In the asker's time zone,
 * unless one is named.
 */
export const readTime = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null =>
  readInNamedZone(words, at, ground) ?? readInZone(words, at, ground);

const MOST_WORDS = 12;

/** With "UTC" or another zone after the time, or after one of the two that bound it. */
const readInNamedZone = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null => {
  const places = words.slice(at, at + MOST_WORDS).map((word, index) => ({ word, end: index + 1 }));
  const zones = places.map(({ word }) => zoneOf(word));
  const timeZone = zones.find((zone) => zone !== null) ?? null;
  if (timeZone === null) return null;
  const isOfZone = (place: number): boolean => zones[place] === timeZone;
  const others = places.filter((_, place) => !isOfZone(place));
  const found = readInZone([...others.map(({ word }) => word), ...words.slice(at + MOST_WORDS)], 0, {
    ...ground,
    timeZone,
  });
  if (found === null) return null;
  let used = others[found.used - 1]?.end ?? found.used;
  while (used < places.length && isOfZone(used)) used += 1;
  return used > found.used ? { ...found, used } : null;
};

const readInZone = (words: readonly Word[], at: number, ground: TimeGround): SpokenTime | null => {
  let start = at;
  while (start < at + 2 && LEADING.has(words[start]?.text ?? '')) start += 1;
  const led = start - at;
  const found =
    readAway(words, start, ground) ??
    readRecent(words, start, ground) ??
    readOpen(words, start, ground) ??
    readBetween(words, start, ground, words[start - 1]?.text === 'from') ??
    (words[start - 1]?.text === 'from' ? readFrom(words, start, ground) : null) ??
    readAround(words, start, ground) ??
    readLength(words, at, start, ground);
  if (found === null) return null;
  return { isGuess: false, point: null, inWords: null, ...found, used: found.used + led, timeZone: ground.timeZone };
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

const NOWADAYS = new Set(['right now', 'just now', 'at the moment']);

const readRecent = (words: readonly Word[], at: number, { now }: TimeGround): Found | null => {
  const said = [words[at]?.text, words[at + 1]?.text, words[at + 2]?.text];
  const used = [3, 2].find((count) => NOWADAYS.has(said.slice(0, count).join(' ')));
  if (used !== undefined) return { ...recent(FIVE_MINUTES, 0, now), used };
  if (!RECENT.has(words[at]?.text ?? '')) return null;
  const few = words[at + 1]?.text === 'few' ? 1 : 0;
  const span = few === 0 ? readSpan(words, at + 1) : readSpan([FEW, ...words.slice(at + 2)], 0);
  if (span === null) return null;
  const inWords = Object.hasOwn(CALENDAR, words[at + 1]?.text ?? '') ? CALENDAR[words[at + 1]?.text ?? ''] : undefined;
  return { ...recent(span, 1, now), ...(inWords === undefined ? {} : { inWords }) };
};

// Where others take the one before by the calendar.
const CALENDAR: Readonly<Record<string, string>> = {
  week: 'the last 7 days',
  wk: 'the last 7 days',
  day: 'the last 24 hours',
};

const recent = (span: SpokenSpan, led: number, now: Date): Found => ({
  from: addMs(now, -span.ms),
  to: now,
  conditions: [`@timestamp >= NOW() - ${span.esql}`],
  used: led + span.used,
});

/** "5 minutes before 02:47", "10 min after 14:00", "within 10 min of 3:00": so long, up to then or from then on. */
const readAway = (words: readonly Word[], at: number, ground: TimeGround): Found | null => {
  const lead = RECENT.has(words[at]?.text ?? '') ? 1 : 0;
  const span = readSpan(words, at + lead);
  const side = words[at + lead + (span?.used ?? 0)]?.text;
  if (span === null || (side !== 'before' && side !== 'after' && !(side === 'of' && words[at - 1]?.text === 'within')))
    return null;
  const point = readPoint(words, at + lead + span.used + 1, ground, true);
  if (point === null) return null;
  const used = lead + span.used + 1 + point.used;
  const reach = { from: addMs(point.from, -span.ms), to: addMs(point.to, span.ms) };
  const window =
    side === 'of'
      ? reach
      : side === 'before'
        ? { from: addMs(point.from, -span.ms), to: point.from }
        : { from: point.to, to: addMs(point.to, span.ms) };
  return { ...upToNow(window, ground), used };
};

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
    // "since 07:18 until 07:20"
    const ends = UNTIL.has(words[at + 1 + point.used]?.text ?? '') ? joined(words, at + 1, point, ground) : null;
    if (ends !== null) return { ...ends, used: 1 + ends.used };
    const from = word === 'after' ? point.to : point.from;
    return { from, to: ground.now, conditions: [`@timestamp >= ${printInstant(from)}`], used: 1 + point.used };
  }
  if (word === 'before' || word === 'until' || word === 'till' || word === 'til') {
    const point = readPoint(words, at + 1, ground, true);
    if (point === null) return null;
    // Nobody means all that was ever kept.
    const to = word === 'before' ? point.from : point.to;
    return { ...between(addMs(to, -HOUR_MS), to), used: 1 + point.used };
  }
  return null;
};

const UNTIL: ReadonlySet<string> = new Set(['to', 'until', 'till', 'til', '-', '–']);
const JOINS: ReadonlySet<string> = new Set([...UNTIL, 'and', 'through']);

const readBetween = (words: readonly Word[], at: number, ground: TimeGround, isFrom: boolean): Found | null => {
  const isLed = words[at]?.text === 'between';
  const start = at + (isLed ? 1 : 0);
  const day = readPoint(words, start, ground);
  // "yesterday 9 to 11": a day, then two clocks of it.
  const isDay = day !== null && day.to.getTime() - day.from.getTime() >= DAY_MS / 4;
  if (isDay) {
    const lead = ['from', 'between'].includes(words[start + day.used]?.text ?? '') ? 1 : 0;
    const halved = withSameHalf(words, start + day.used + lead, true);
    const first = readClockOn(halved, start + day.used + lead, day.from, ground);
    const pair = first === null ? null : joined(halved, start + day.used + lead, first, ground);
    if (pair !== null) return { ...pair, used: pair.used + (start - at) + day.used + lead };
  }
  const isPair = isLed || isFrom || JOINS.has(words[start + 1]?.text ?? '') || JOINS.has(words[start + 2]?.text ?? '');
  const ofDay = isPair ? readClocksOfDay(withSameHalf(words, start, isPair), start, JOINS, ground) : null;
  if (ofDay !== null && ofDay.from < ofDay.to) return { ...upToNow(ofDay, ground), used: ofDay.used + (start - at) };
  const first = readPoint(withSameHalf(words, start, isPair), start, ground, isPair);
  if (first === null) return null;
  const pair = joined(words, start, first, ground);
  return pair === null ? null : { ...pair, used: pair.used + (start - at) };
};

const BARE_HOUR = /^\d{1,2}(?::\d{2})?$/u;
const HALF = /^(\d{1,2})(?::\d{2})?(am|pm)$/u;

/** "2 and 3 pm" are both in the afternoon, "11 to 1 pm" are not. */
const withSameHalf = (words: readonly Word[], at: number, isPair: boolean): readonly Word[] => {
  const first = words[at];
  if (!isPair || first === undefined || !BARE_HOUR.test(first.text) || !JOINS.has(words[at + 1]?.text ?? ''))
    return words;
  const second = `${words[at + 2]?.text ?? ''}${/^[ap]m$/u.test(words[at + 3]?.text ?? '') ? (words[at + 3]?.text ?? '') : ''}`;
  const [, hour, half] = HALF.exec(second) ?? [];
  const [from, to] = [Number.parseInt(first.text, 10), Number(hour)];
  if (half === undefined || from > 12 || from === 0) return words;
  const isSame = from % 12 < to % 12;
  const text = `${first.text}${isSame ? half : half === 'pm' ? 'am' : 'pm'}`;
  return words.with(at, { ...first, text });
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

/** "from 02:00", "from 02:00 on": up to now. "from an hour ago" is the time about it. */
const readFrom = (words: readonly Word[], at: number, ground: TimeGround): Found | null => {
  const said = readPoint(words, at, ground, true);
  if (said === null || said.from < said.to || words[at + said.used - 1]?.text === 'ago') return null;
  const on = /^(?:on|onwards?)$/u.test(words[at + said.used]?.text ?? '') ? 1 : 0;
  const window = { from: said.from, to: ground.now };
  return window.from < window.to
    ? { ...upToNow({ ...window, to: addMs(ground.now, 1) }, ground), used: said.used + on }
    : null;
};

/** "around 14:05", "at 14:05", "20 minutes ago": the minutes about it, fewer of them where it was said to the minute. */
const readAround = (words: readonly Word[], at: number, ground: TimeGround): Found | null => {
  const lead = words[at]?.text ?? '';
  const isVague = ['around', 'about', 'near'].includes(lead);
  const isLed = isVague || lead === 'at';
  const said = readPoint(words, at + (isLed ? 1 : 0), ground);
  if (said === null || lead === 'now') return null;
  const used = said.used + (isLed ? 1 : 0);
  if (said.from < said.to) return { ...upToNow(said, ground), used };
  const reachMs = said.isToTheMinute && !isVague ? AT_MS : AROUND_MS;
  const window = { from: addMs(said.from, -reachMs), to: addMs(said.to, reachMs) };
  return { ...upToNow(window, ground), used, point: said.from };
};

const upToNow = ({ from, to }: TimeWindow, { now }: TimeGround): TimeWindow & Pick<SpokenTime, 'conditions'> =>
  to > now && from < now ? { from, to: now, conditions: [`@timestamp >= ${printInstant(from)}`] } : between(from, to);

const between = (from: Date, to: Date): TimeWindow & Pick<SpokenTime, 'conditions'> => ({
  from,
  to,
  conditions: [`@timestamp >= ${printInstant(from)}`, `@timestamp < ${printInstant(to)}`],
});

export const printInstant = (at: Date): string => printString(at.toISOString().replace('.000Z', 'Z'));
