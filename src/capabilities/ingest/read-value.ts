import type { FieldType } from '#esql/schema.ts';
import { parseIsoDate } from '#esql/iso-date.ts';
import type { FieldValue } from './flatten-object.ts';

export type ValueOutcome =
  | { readonly kind: 'value'; readonly value: string | number }
  /** Follows the field's name: "is not a number". */
  | { readonly kind: 'refused'; readonly reason: string };

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const WHOLE = /^\d+$/;

// In milliseconds this is March 1973; whoever sends less means seconds.
const LEAST_EPOCH_MS = 100_000_000_000;
// The year 9999; whoever sends more means microseconds or nanoseconds.
const GREATEST_EPOCH_MS = 253_402_300_799_999;

const refused = (reason: string): ValueOutcome => ({ kind: 'refused', reason });
const accepted = (value: string | number): ValueOutcome => ({ kind: 'value', value });

const readTimestamp = (value: FieldValue): ValueOutcome => {
  if (typeof value !== 'number' && typeof value !== 'string') return refused('is not a time');
  const epochMs = typeof value === 'number' ? value : WHOLE.test(value) ? Number(value) : null;
  if (epochMs !== null) {
    const isMilliseconds = epochMs >= LEAST_EPOCH_MS && epochMs <= GREATEST_EPOCH_MS;
    return isMilliseconds ? accepted(epochMs) : refused('is not in milliseconds since 1970');
  }
  const text = String(value).trim();
  const iso = text[10] === ' ' ? `${text.slice(0, 10)}T${text.slice(11)}` : text;
  const ms = iso[10] === 'T' ? parseIsoDate(iso.toUpperCase()) : undefined;
  return ms === undefined ? refused('is neither ISO 8601 nor milliseconds since 1970') : accepted(ms);
};

const readNumber = (value: FieldValue): ValueOutcome => {
  if (typeof value === 'number') return accepted(value);
  if (typeof value === 'string' && DECIMAL.test(value.trim())) return accepted(Number(value));
  return refused('is not a number');
};

/** Reads what a sender wrote as the field's type, where that has one meaning. */
export const readValue = (type: FieldType, value: FieldValue): ValueOutcome => {
  if (type === 'date') return readTimestamp(value);
  if (type === 'double' || type === 'integer' || type === 'long') return readNumber(value);
  if (typeof value === 'string') return accepted(value);
  if (typeof value === 'number' || typeof value === 'boolean') return accepted(String(value));
  return refused('is a list where one value is expected');
};
