import { DAY_MS } from '#kernel/duration.ts';
import { NBSP } from './text.ts';

const clockTime = (at: Date): string => at.toISOString().slice(11, 16);

/** Where Slack's date tags do not work: header, button, fallback, chart. */
export const formatUtc = (at: Date): string => `${clockTime(at)}${NBSP}UTC`;

const dayOf = (at: Date): string =>
  at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).replaceAll(' ', NBSP);

/** With the day where it is not that of `now`. */
export const formatUtcWithDay = (at: Date, now: Date): string =>
  at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10) ? formatUtc(at) : `${dayOf(at)} ${formatUtc(at)}`;

const tag = (at: Date, format: string, fallback: string): string =>
  `<!date^${Math.floor(at.getTime() / 1000)}^${format}|${fallback}>`;

/** In the reader's own time zone; with the day where `now` is more than 24 h away. */
export const formatTime = (at: Date, now: Date): string =>
  Math.abs(now.getTime() - at.getTime()) > DAY_MS
    ? tag(at, '{date_short_pretty} {time}', `${dayOf(at)} ${formatUtc(at)}`)
    : tag(at, '{time}', formatUtc(at));

/** With the day where it is not that of `now`: the bounds of a time span. */
export const formatTimeOfDay = (at: Date, now: Date): string =>
  at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
    ? formatTime(at, now)
    : tag(at, '{date_short_pretty} {time}', `${dayOf(at)} ${formatUtc(at)}`);

/** Where the order of seconds matters. */
export const formatTimeWithSeconds = (at: Date): string =>
  tag(at, '{time_secs}', `${at.toISOString().slice(11, 19)}${NBSP}UTC`);
