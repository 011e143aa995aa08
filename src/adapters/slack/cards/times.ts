import { DAY_MS } from '#kernel/duration.ts';
import { NBSP } from './text.ts';

const clockTime = (at: Date): string => at.toISOString().slice(11, 16);

/** Where Slack's date tags do not work: header, button, fallback, chart. */
export const formatUtc = (at: Date): string => `${clockTime(at)}${NBSP}UTC`;

/** With the year where it is not that of `now`. */
const dayOf = (at: Date, now: Date): string =>
  at
    .toLocaleDateString('en-GB', {
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
      ...(at.getUTCFullYear() === now.getUTCFullYear() ? {} : { year: 'numeric' }),
    })
    .replaceAll(' ', NBSP);

const isSameDay = (one: Date, other: Date): boolean =>
  one.toISOString().slice(0, 10) === other.toISOString().slice(0, 10);

/** With the day where it is not that of `now`. */
export const formatUtcWithDay = (at: Date, now: Date): string =>
  isSameDay(at, now) ? formatUtc(at) : `${dayOf(at, now)} ${formatUtc(at)}`;

const tag = (at: Date, format: string, fallback: string): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${fallback}>`;

/** In the reader's own time zone; with the day where `now` is more than 24 h away. */
export const formatTime = (at: Date, now: Date): string =>
  Math.abs(now.getTime() - at.getTime()) > DAY_MS
    ? tag(at, '{date_short_pretty} {time}', `${dayOf(at, now)} ${formatUtc(at)}`)
    : tag(at, '{time}', formatUtc(at));

/** With the day where it is not that of `now`, nor that of the other bound: the bounds of a time span. */
export const formatTimeOfDay = (at: Date, now: Date, other: Date = now): string =>
  isSameDay(at, now) && isSameDay(at, other)
    ? formatTime(at, now)
    : tag(at, '{date_short_pretty} {time}', `${dayOf(at, now)} ${formatUtc(at)}`);

/** Where the order of seconds matters. */
export const formatTimeWithSeconds = (at: Date): string =>
  tag(at, '{time_secs}', `${at.toISOString().slice(11, 19)}${NBSP}UTC`);
