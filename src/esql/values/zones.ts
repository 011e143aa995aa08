import { instantOf, isTimeZone } from '#kernel/zoned-time.ts';

const OFFSET = /^([+-])(\d\d):?(\d\d)?$/;

/** Whether a text names a time zone: one of the IANA database, or hours and minutes from UTC. */
export const isZone = (text: string): boolean => OFFSET.test(text) || /^Z$/i.test(text) || isTimeZone(text);

/** A zone by the one name of several that every engine knows. */
export const canonicalZone = (zone: string): string => {
  if (OFFSET.test(zone) || /^Z$/i.test(zone)) return zone.toUpperCase();
  return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
};

/** The instant, in milliseconds, at which clocks in a zone show what those in UTC show at `ms`. */
export const inZone = (ms: number, zone: string): number => {
  const [, sign, hours, minutes = '0'] = OFFSET.exec(zone) ?? [];
  if (sign !== undefined) return ms - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (/^(?:Z|UTC|GMT)$/i.test(zone)) return ms;
  const shown = new Date(ms);
  const clock = {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
  return instantOf(clock, zone).getTime() + shown.getUTCMilliseconds();
};
