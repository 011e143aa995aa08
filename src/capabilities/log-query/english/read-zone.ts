import { isTimeZone } from '#kernel/zoned-time.ts';
import type { Word } from './read-words.ts';

// Where people in summer say the winter's name as well; IST and CST are of several places, and asked about.
const ZONES: Readonly<Record<string, string>> = {
  utc: 'UTC',
  gmt: 'UTC',
  z: 'UTC',
  cet: 'Europe/Paris',
  cest: 'Europe/Paris',
  bst: 'Europe/London',
  est: 'America/New_York',
  edt: 'America/New_York',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  jst: 'Asia/Tokyo',
};

const NAME = /^[A-Z][a-z]+(?:\/[A-Z][A-Za-z_-]+){1,2}$/u;

/** The IANA name of the time zone that the word names; null: it names none that is known for sure. */
export const zoneOf = ({ typed, text, isQuoted }: Word): string | null => {
  if (isQuoted) return null;
  if (Object.hasOwn(ZONES, text)) return ZONES[text] ?? null;
  return NAME.test(typed) && isTimeZone(typed) ? typed : null;
};
