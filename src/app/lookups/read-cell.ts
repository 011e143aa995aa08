import type { FieldType } from '#esql/schema.ts';
import { parseIsoNanos } from '#esql/values/date-nanos.ts';
import { parseIp } from '#esql/values/ip.ts';
import { parseIsoDate } from '#esql/values/iso-date.ts';
import { MAX_ATTRIBUTE_VALUE_LENGTH } from '#ports/telemetry-rules/row-limits.ts';

interface CellReader {
  readonly expected: string;
  /** In the form that every store reads; undefined if the text is no such value. */
  readonly read: (text: string) => string | undefined;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,4})?$/i;
const WHOLE = /^[+-]?\d{1,20}$/;

const wholeBetween =
  (least: bigint, most: bigint) =>
  (text: string): string | undefined => {
    if (!WHOLE.test(text)) return undefined;
    const value = BigInt(text.replace(/^\+/, ''));
    return value >= least && value <= most ? String(value) : undefined;
  };

const readText: CellReader = {
  expected: `at most ${MAX_ATTRIBUTE_VALUE_LENGTH} characters`,
  read: (text) => (text.length <= MAX_ATTRIBUTE_VALUE_LENGTH ? text : undefined),
};

const READERS: Readonly<Record<Exclude<FieldType, 'null'>, CellReader>> = {
  keyword: readText,
  text: readText,
  version: readText,
  boolean: {
    expected: 'true or false',
    read: (text) => (/^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined),
  },
  integer: { expected: 'a whole number of 32 bits', read: wholeBetween(-(2n ** 31n), 2n ** 31n - 1n) },
  long: { expected: 'a whole number of 64 bits', read: wholeBetween(-(2n ** 63n), 2n ** 63n - 1n) },
  unsigned_long: { expected: 'a whole number from 0, of 64 bits', read: wholeBetween(0n, 2n ** 64n - 1n) },
  double: {
    expected: 'a number',
    read: (text) => (DECIMAL.test(text) && Number.isFinite(Number(text)) ? String(Number(text)) : undefined),
  },
  date: {
    expected: 'a date such as 2026-11-20 or 2026-11-20T10:00:00Z',
    read: (text) => {
      const ms = parseIsoDate(text);
      return ms === undefined ? undefined : new Date(ms).toISOString();
    },
  },
  date_nanos: {
    expected: 'a date from 1970 to 2262, such as 2026-11-20T10:00:00.123456789Z',
    read: (text) => (parseIsoNanos(text) === undefined ? undefined : text),
  },
  ip: {
    expected: 'an address such as 10.0.0.1 or 2001:db8::1',
    read: (text) => (parseIp(text) === undefined ? undefined : text),
  },
};

/** The reader of cells of a column. */
export const cellReader = (type: Exclude<FieldType, 'null'>): CellReader => READERS[type];
