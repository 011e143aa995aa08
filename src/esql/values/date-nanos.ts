import { parseIsoDate } from './iso-date.ts';

const NANOS_PER_MS = 1_000_000n;
const MAX_LONG = 9_223_372_036_854_775_807n;

const FRACTION = /[.,](\d{1,9})/;

/** Milliseconds since 1970 as nanoseconds; undefined before 1970 and after 2262, where Elasticsearch has none. */
export const nanosOfMs = (ms: number): bigint | undefined => {
  const nanos = BigInt(ms) * NANOS_PER_MS;
  return nanos >= 0n && nanos <= MAX_LONG ? nanos : undefined;
};

/** Nanoseconds since 1970 of an ISO 8601 date; undefined if it is none or out of range. */
export const parseIsoNanos = (text: string): bigint | undefined => {
  const ms = parseIsoDate(text);
  const nanos = ms === undefined ? undefined : nanosOfMs(ms);
  const [, fraction = ''] = FRACTION.exec(text) ?? [];
  return nanos === undefined ? undefined : nanos + BigInt(fraction.slice(3).padEnd(6, '0'));
};
