import type { FieldType } from '#esql/schema.ts';
import { parseIsoDate } from '#esql/values/iso-date.ts';

export type ValueOutcome =
  | { readonly kind: 'value'; readonly value: string | number }
  /** Follows the field's name: "is not a number". */
  | { readonly kind: 'refused'; readonly reason: string };

const EPOCH = /^\d+(?:\.\d+)?$/;
const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Units of a time since 1970, told apart by its size: each from 2001, or as milliseconds from 1973, far beyond today. */
const EPOCH_UNITS: readonly {
  readonly from: number;
  readonly before: number;
  readonly toMs: (value: number) => number;
}[] = [
  { from: 1e9, before: 1e10, toMs: (seconds) => Math.round(seconds * 1_000) },
  { from: 1e11, before: 253_402_300_800_000, toMs: (ms) => ms },
  { from: 1e15, before: 1e16, toMs: (us) => Math.floor(us / 1_000) },
  { from: 1e18, before: 1e19, toMs: (ns) => Math.floor(ns / 1_000_000) },
];

const refused = (reason: string): ValueOutcome => ({ kind: 'refused', reason });
const accepted = (value: string | number): ValueOutcome => ({ kind: 'value', value });

const ZERO = 48;
// What nearly every sender writes: 2026-11-20T12:00:00.000Z.
const PLAIN_LENGTH = 24;
const hasPlainMarks = (text: string): boolean =>
  text[4] === '-' &&
  text[7] === '-' &&
  text[10] === 'T' &&
  text[13] === ':' &&
  text[16] === ':' &&
  text[19] === '.' &&
  text[23] === 'Z';

const digits = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** The usual form of a time, several times faster than `parseIsoDate`; null for whatever is not surely one. */
const readPlainTimestamp = (text: string): number | null => {
  if (text.length !== PLAIN_LENGTH || !hasPlainMarks(text)) return null;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // Days that only some months have are left to the other reader.
  const isSure = year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  const isTime = hour <= 23 && minute <= 59 && second <= 59;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, digits(text, 20, 23));
  return isSure && isTime && !Number.isNaN(ms) ? ms : null;
};

// Of 2026-11-20.
const DAY_LENGTH = 10;

const readTimestamp = (value: unknown): ValueOutcome => {
  if (typeof value !== 'number' && typeof value !== 'string') return refused('is not a time');
  const plain = typeof value === 'string' ? readPlainTimestamp(value) : null;
  if (plain !== null) return accepted(plain);
  const epoch = typeof value === 'number' ? value : EPOCH.test(value) ? Number(value) : null;
  if (epoch !== null) {
    const unit = EPOCH_UNITS.find(({ from, before }) => epoch >= from && epoch < before);
    return unit === undefined ? refused('is no time since 1970 in any usual unit') : accepted(unit.toMs(epoch));
  }
  const text = String(value).trim();
  const iso = text[DAY_LENGTH] === ' ' ? `${text.slice(0, DAY_LENGTH)}T${text.slice(DAY_LENGTH + 1)}` : text;
  // A day is its midnight in UTC; a month or a year is no moment of telemetry.
  const ms = iso.length === DAY_LENGTH || iso[DAY_LENGTH] === 'T' ? parseIsoDate(iso.toUpperCase()) : undefined;
  return ms === undefined ? refused('is neither ISO 8601 nor a time since 1970') : accepted(ms);
};

const readNumber = (value: unknown): ValueOutcome => {
  if (typeof value === 'number') return accepted(value);
  if (typeof value === 'string' && DECIMAL.test(value.trim())) return accepted(Number(value));
  return refused('is not a number');
};

/** Reads what a sender wrote as the field's type, where that has one meaning. */
export const readValue = (type: FieldType, value: unknown): ValueOutcome => {
  if (type === 'date') return readTimestamp(value);
  if (type === 'double' || type === 'integer' || type === 'long') return readNumber(value);
  if (typeof value === 'string') return accepted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return accepted(String(value));
  return refused('is a list where one value is expected');
};
