import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { instantOf, type WallClock, wallClockAt } from '#kernel/zoned-time.ts';
import { readSpan } from './read-span.ts';
import type { Word } from './read-words.ts';

export interface TimeGround {
  readonly now: Date;
  /** Of whoever asks; an IANA name. */
  readonly timeZone: string;
}

/** A day, a part of one, or an instant (then `from` and `to` are the same). */
export interface SpokenPoint extends TimeWindow {
  /** Only a clock was said: the day is a guess. */
  readonly isClockOnly: boolean;
  /** A clock with minutes was said, or an instant. */
  readonly isToTheMinute: boolean;
  readonly used: number;
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH_NAME =
  /^(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/u;

interface SpokenClock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly hasMinutes: boolean;
  readonly used: number;
}

const CLOCK = /^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?(am|pm|h)?$/u;
const FRENCH_CLOCK = /^(\d{1,2})h([0-5]\d)$/u;
// Minutes that could be a month may be one: 20.11 is asked about.
const DOTTED_CLOCK = /^(\d{1,2})\.(00|1[3-9]|[2-5]\d)$/u;

/** "14:00", "14h30", "2:30 pm", "9am", "noon"; a bare "9" and "14.30" only where a clock is expected. */
const readClock = (words: readonly Word[], at: number, isExpected: boolean): SpokenClock | null => {
  const text = words[at]?.isQuoted === false ? words[at].text : '';
  if (text === 'noon') return { hour: 12, minute: 0, second: 0, hasMinutes: false, used: 1 };
  if (text === 'midnight') return { hour: 0, minute: 0, second: 0, hasMinutes: false, used: 1 };
  const match = CLOCK.exec(text) ?? FRENCH_CLOCK.exec(text) ?? (isExpected ? DOTTED_CLOCK.exec(text) : null);
  if (!match) return null;
  const next = words[at + 1]?.text;
  const separate = next === 'am' || next === 'pm' ? next : undefined;
  const half = match[4] === 'h' ? undefined : (match[4] ?? separate);
  if (match[2] === undefined && half === undefined && !isExpected) return null;
  if (match[4] === 'h' && !isExpected) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (minute > 59 || second > 59 || (half === undefined ? hour > 24 : hour < 1 || hour > 12)) return null;
  const inDay = half === undefined ? hour : (hour % 12) + (half === 'pm' ? 12 : 0);
  const used = separate !== undefined && match[4] === undefined ? 2 : 1;
  return { hour: inDay, minute, second, hasMinutes: match[2] !== undefined, used };
};

interface SpokenDay {
  readonly day: WallClock;
  /** Hours of the day that were meant, e.g. [12, 18] for the afternoon. */
  readonly hours: readonly [number, number];
  readonly used: number;
}

const WHOLE = [0, 24] as const;
const PARTS_OF_DAY: Readonly<Record<string, readonly [number, number]>> = {
  morning: [5, 12],
  afternoon: [12, 18],
  evening: [18, 24],
  night: [18, 30],
};

const NIGHT = [18, 30] as const;

const YESTERDAY = new Set(['yesterday', 'yday', 'ystd', 'yest']);

const readDay = (words: readonly Word[], at: number, { now, timeZone }: TimeGround): SpokenDay | null => {
  const today: WallClock = { ...wallClockAt(now, timeZone), hour: 0, minute: 0, second: 0 };
  const [text, next] = [words[at]?.isQuoted === false ? words[at].text : '', words[at + 1]?.text ?? ''];
  const daysAgo = (days: number): WallClock => ({ ...today, day: today.day - days });
  const partOf = (name: string) => (Object.hasOwn(PARTS_OF_DAY, name) ? PARTS_OF_DAY[name] : undefined);
  // Before a part of the day begins, the one that was is meant.
  const hasBegun = (part: readonly [number, number]): boolean => wallClockAt(now, timeZone).hour >= part[0];
  if (text === 'tonight') return { day: hasBegun(NIGHT) ? today : daysAgo(1), hours: NIGHT, used: 1 };
  if (text === 'overnight') return { day: daysAgo(1), hours: NIGHT, used: 1 };
  if (YESTERDAY.has(text)) {
    const part = partOf(next);
    return { day: daysAgo(1), hours: part ?? WHOLE, used: part === undefined ? 1 : 2 };
  }
  if (text === 'this' || text === 'today') {
    const part = partOf(next);
    if (part !== undefined) return { day: hasBegun(part) ? today : daysAgo(1), hours: part, used: 2 };
  }
  const isInThe = /^(?:in|during) the$/u.test(`${words[at - 2]?.text ?? ''} ${words[at - 1]?.text ?? ''}`);
  const alone = isInThe ? partOf(text) : undefined;
  if (alone !== undefined) return { day: hasBegun(alone) ? today : daysAgo(1), hours: alone, used: 1 };
  if (text === 'today') return { day: today, hours: WHOLE, used: 1 };
  if (text === 'last' && next === 'night') return { day: daysAgo(1), hours: [18, 30], used: 2 };
  const isLed = text === 'last' || text === 'on' || text === 'this';
  const weekday = weekdayOf(isLed ? next : text);
  if (weekday !== null) {
    const since = (new Date(Date.UTC(today.year, today.month - 1, today.day)).getUTCDay() - weekday + 7) % 7;
    const used = isLed ? 2 : 1;
    const part = partOf(words[at + used]?.text ?? '');
    const isToCome = since === 0 && !hasBegun(part ?? WHOLE);
    const day = daysAgo(since === 0 && (text === 'last' || isToCome) ? 7 : since);
    return { day, hours: part ?? WHOLE, used: part === undefined ? used : used + 1 };
  }
  return readDate(words, at, today);
};

const weekdayOf = (text: string): number | null => {
  const found = WEEKDAYS.findIndex((name) => text === name || (text.length === 3 && name.startsWith(text)));
  // "sat" and "sun" are words as well, yet hardly in such a question.
  return found === -1 ? null : found;
};

/** "2026-11-20", "20 November", "Nov 20 2026"; without a year, the latest that is not to come. */
const readDate = (words: readonly Word[], at: number, today: WallClock): SpokenDay | null => {
  const [first, second, third] = [words[at]?.text ?? '', words[at + 1]?.text ?? '', words[at + 2]?.text ?? ''];
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/u.exec(first);
  if (iso) return dayOf(Number(iso[1]), Number(iso[2]), Number(iso[3]), today, 1);
  const european = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/u.exec(first) ?? onlyDayFirst(first);
  const american = /^(\d{1,2})\/(1[3-9]|2\d|3[01])(?:\/(\d{4}))?$/u.exec(first);
  if (american) return dayOfYear(Number(american[2]), Number(american[1]), Number(american[3] ?? Number.NaN), today, 1);
  if (european) return dayOfYear(Number(european[1]), Number(european[2]), Number(european[3] ?? Number.NaN), today, 1);
  const order = MONTH_NAME.test(second) ? [first, second] : MONTH_NAME.test(first) ? [second, first] : null;
  const number = /^(\d{1,2})(?:st|nd|rd|th)?$/u.exec(order?.[0] ?? '');
  if (order === null || number === null) return null;
  const month = MONTHS.indexOf((order[1] ?? '').slice(0, 3)) + 1;
  const day = Number(number[1]);
  const hasYear = /^\d{4}$/u.test(third);
  return dayOfYear(day, month, hasYear ? Number(third) : Number.NaN, today, hasYear ? 3 : 2);
};

/** "21/11" and "21/11/2026": where the first number can be no month. Else it is asked about. */
const onlyDayFirst = (text: string): RegExpExecArray | null => {
  const match = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{4}))?$/u.exec(text);
  return match !== null && Number(match[1]) > 12 ? match : null;
};

/** Year NaN: the latest such day that is not to come. */
const dayOfYear = (day: number, month: number, year: number, today: WallClock, used: number): SpokenDay | null => {
  if (!Number.isNaN(year)) return dayOf(year, month, day, today, used);
  const isToCome = month > today.month || (month === today.month && day > today.day);
  return dayOf(isToCome ? today.year - 1 : today.year, month, day, today, used);
};

const dayOf = (year: number, month: number, day: number, today: WallClock, used: number): SpokenDay | null => {
  const real = new Date(Date.UTC(year, month - 1, day));
  if (real.getUTCMonth() !== month - 1 || real.getUTCDate() !== day) return null;
  return { day: { ...today, year, month, day }, hours: WHOLE, used };
};

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(z|[+-]\d{2}:?\d{2})?$/u;

const readInstant = (words: readonly Word[], at: number, { now, timeZone }: TimeGround): SpokenPoint | null => {
  const text = words[at]?.text ?? '';
  if (text === 'now') return { from: now, to: now, isClockOnly: false, isToTheMinute: false, used: 1 };
  const match = ISO_INSTANT.exec(text);
  if (match) {
    const read = new Date(match[1] === undefined ? `${text.toUpperCase()}Z` : text.toUpperCase());
    if (Number.isNaN(read.getTime())) return null;
    const instant = match[1] === undefined ? instantOf(wallClockAt(read, 'UTC'), timeZone) : read;
    return { from: instant, to: instant, isClockOnly: false, isToTheMinute: true, used: 1 };
  }
  const span = readSpan(words, at);
  if (span === null || words[at + span.used]?.text !== 'ago') return null;
  const instant = addMs(now, -span.ms);
  return { from: instant, to: instant, isClockOnly: false, isToTheMinute: false, used: span.used + 1 };
};

/**
 * A point in time as people say it: "14:00", "yesterday", "yesterday at 9", "2 pm on monday", "20 min ago",
 * "2026-11-20T14:00Z". A clock alone is the latest such time that is not to come. A bare number counts as a clock
 * only where one `isExpected`, or after a day.
 */
export const readPoint = (
  words: readonly Word[],
  at: number,
  ground: TimeGround,
  isExpected = false,
): SpokenPoint | null => {
  const instant = readInstant(words, at, ground);
  if (instant !== null) return instant;
  const day = readDay(words, at, ground);
  if (day !== null) {
    const gap = words[at + day.used]?.text === 'at' ? 1 : 0;
    const clock = readClock(words, at + day.used + gap, gap === 1);
    return clock === null ? wholeDay(day, ground) : atClock(day.day, clock, day.used + gap + clock.used, ground);
  }
  const clock = readClock(words, at, isExpected) ?? hourOfPart(words, at, ground);
  if (clock === null) return null;
  const gap =
    words[at + clock.used]?.text === 'on' && weekdayOf(words[at + clock.used + 1]?.text ?? '') === null ? 1 : 0;
  const after = readDay(words, at + clock.used + gap, ground);
  if (after !== null) return atClock(after.day, inHours(clock, after), clock.used + gap + after.used, ground);
  const today = { ...wallClockAt(ground.now, ground.timeZone) };
  const said = atClock(today, clock, clock.used, ground);
  const isToCome = said.from.getTime() > ground.now.getTime() + MINUTE_MS;
  const latest = isToCome ? atClock({ ...today, day: today.day - 1 }, clock, clock.used, ground) : said;
  return { ...latest, isClockOnly: true };
};

/** "3 this morning", "9 yesterday evening" */
const hourOfPart = (words: readonly Word[], at: number, ground: TimeGround): SpokenClock | null => {
  const day = /^\d{1,2}$/u.test(words[at]?.text ?? '') ? readDay(words, at + 1, ground) : null;
  return day === null || day.hours === WHOLE ? null : readClock(words, at, true);
};

/** 3 in the afternoon is 15:00. */
const inHours = (clock: SpokenClock, { hours }: SpokenDay): SpokenClock =>
  hours !== WHOLE && hours[0] >= 12 && clock.hour < 12 && clock.hour + 12 >= hours[0]
    ? { ...clock, hour: clock.hour + 12 }
    : clock;

const wholeDay = ({ day, hours, used }: SpokenDay, { timeZone }: TimeGround): SpokenPoint => ({
  from: instantOf({ ...day, hour: hours[0] }, timeZone),
  to: instantOf({ ...day, hour: hours[1] }, timeZone),
  isClockOnly: false,
  isToTheMinute: false,
  used,
});

const atClock = (
  day: WallClock,
  { hour, minute, second, hasMinutes }: SpokenClock,
  used: number,
  { timeZone }: TimeGround,
): SpokenPoint => {
  const instant = instantOf({ ...day, hour, minute, second }, timeZone);
  return { from: instant, to: instant, isClockOnly: false, isToTheMinute: hasMinutes, used };
};

/** The clock on the day that was said before it: "yesterday 9 to 11". */
export const readClockOn = (words: readonly Word[], at: number, day: Date, ground: TimeGround): SpokenPoint | null => {
  const clock = readClock(words, at, true);
  return clock === null ? null : atClock(wallClockAt(day, ground.timeZone), clock, clock.used, ground);
};

/**
 * Two clocks before their day, joined by one of `joins`: "from 9 to 11 yesterday", "22:00 to 02:00 on monday". A
 * second one that is not later is of the day after.
 */
export const readClocksOfDay = (
  words: readonly Word[],
  at: number,
  joins: ReadonlySet<string>,
  ground: TimeGround,
): (TimeWindow & { readonly used: number }) | null => {
  const first = readClock(words, at, true);
  const next = at + (first?.used ?? 0) + 1;
  const second = first !== null && joins.has(words[next - 1]?.text ?? '') ? readClock(words, next, true) : null;
  if (first === null || second === null) return null;
  const end = next + second.used;
  const gap = words[end]?.text === 'on' && weekdayOf(words[end + 1]?.text ?? '') === null ? 1 : 0;
  const day = readDay(words, end + gap, ground);
  if (day === null) return null;
  const pointOf = (clock: SpokenClock, days: number): Date =>
    atClock({ ...day.day, day: day.day.day + days }, inHours(clock, day), 0, ground).from;
  const from = pointOf(first, 0);
  const sameDay = pointOf(second, 0);
  return { from, to: sameDay > from ? sameDay : pointOf(second, 1), used: end + gap + day.used - at };
};
