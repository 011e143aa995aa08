import { parseCidr, parseIp } from '../values/ip.ts';
import { parseIsoNanos } from '../values/date-nanos.ts';
import { encodeVersion } from '../values/version.ts';
import type { CallSource, TypedColumn, TypedExpression } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { typeLabel } from '../types.ts';
import { endOf, isLocal, needsCalendar, readMoment } from './date-math.ts';
import { fail, FALSE, searchCall, textLiteral } from './lowering.ts';
import type { Lowered, SearchReading } from './lowering.ts';
import { inZone } from '../values/zones.ts';
import type { SearchBound } from './search-query.ts';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const cannotRead = (text: string, type: FieldType): { readonly problem: string } =>
  fail(`Cannot convert string [${text}] to [${typeLabel(type).toUpperCase()}]`);

const cannotReadDate = (text: string, type: FieldType, { timeZone }: SearchReading): { readonly problem: string } => {
  const { problem } = cannotRead(text, type);
  return timeZone !== null && needsCalendar(text)
    ? fail(`${problem} with [time_zone]: days are rounded and added to in UTC only`)
    : fail(problem);
};

const doubleOf = (value: number): TypedExpression => ({ kind: 'literal', type: 'double', value });

const within = (
  column: TypedColumn,
  from: TypedExpression | null,
  to: TypedExpression | null,
  bounds: '[]' | '[)' | '(]' | '()',
  source: CallSource,
): TypedExpression => {
  const open: TypedExpression = { kind: 'literal', type: column.type === 'date' ? 'date' : 'null', value: null };
  return searchCall('SEARCH_RANGE', [column, from ?? open, to ?? open, textLiteral(bounds)], source);
};

/** A pattern of `*` and `?` over a whole value, in small or capital letters. */
export const inAnyCase = (column: TypedColumn, pattern: string, source: CallSource): TypedExpression =>
  searchCall('SEARCH_LIKE', [column, textLiteral(pattern), textLiteral('any case')], source);

/** The field holds this value, as its type reads it; a date told by its day is any moment of the day. */
export const lowerValue = (column: TypedColumn, text: string, reading: SearchReading): Lowered => {
  const { source } = reading;
  const equals = (value: TypedExpression): TypedExpression => searchCall('SEARCH_VALUE', [column, value], source);
  switch (column.type) {
    case 'keyword':
    case 'text': {
      const literally = text.replaceAll(/[*?\\]/g, String.raw`\$&`);
      return reading.isCaseInsensitive ? inAnyCase(column, literally, source) : equals(textLiteral(text));
    }
    case 'integer':
    case 'long':
    case 'double':
      return NUMBER.test(text) ? equals(numberFor(column, text)) : cannotRead(text, column.type);
    case 'boolean':
      return text === 'true' || text === 'false'
        ? equals({ kind: 'literal', type: 'boolean', value: text === 'true' })
        : cannotRead(text, column.type);
    case 'ip': {
      const block = parseCidr(text);
      if (block) return within(column, ipOf(block.from), ipOf(block.to), '[]', source);
      const address = parseIp(text);
      return address === undefined ? cannotRead(text, column.type) : equals(ipOf(address));
    }
    case 'date':
    case 'date_nanos': {
      const moment = readDate(column, text, reading);
      if (!moment) return cannotReadDate(text, column.type, reading);
      return moment.end ? within(column, moment.start, moment.end, '[)', source) : equals(moment.start);
    }
    case 'unsigned_long': {
      const value = wholeOf(text);
      return value === undefined
        ? cannotRead(text, column.type)
        : equals({ kind: 'literal', type: column.type, value });
    }
    case 'version':
      return equals({ kind: 'literal', type: 'version', value: encodeVersion(text) });
    case 'null':
      return FALSE;
  }
};

/** A date of the field's type; `end` is the first moment after it, or null where it is told to the last digit. */
interface SearchedDate {
  readonly start: TypedExpression;
  readonly end: TypedExpression | null;
}

const MORE_THAN_MILLISECONDS = /\.\d{4}/;

const readDate = (column: TypedColumn, text: string, reading: SearchReading): SearchedDate | undefined => {
  const { source, timeZone } = reading;
  const isNanos = column.type === 'date_nanos';
  const nanos = isNanos && MORE_THAN_MILLISECONDS.test(text) ? parseIsoNanos(text) : undefined;
  if (nanos !== undefined)
    return { start: { kind: 'literal', type: 'date_nanos', value: nanosInZone(nanos, text, reading) }, end: null };
  const moment = readMoment(text, source, timeZone);
  if (!moment) return undefined;
  const end = endOf(moment, source);
  return isNanos ? { start: asNanos(moment.start, source), end: end && asNanos(end, source) } : { ...moment, end };
};

const nanosInZone = (nanos: bigint, text: string, { timeZone }: SearchReading): bigint => {
  if (timeZone === null || !isLocal(text)) return nanos;
  const ms = Number(nanos / 1_000_000n);
  return nanos + BigInt(inZone(ms, timeZone) - ms) * 1_000_000n;
};

const asNanos = (date: TypedExpression, source: CallSource): TypedExpression => ({
  kind: 'call',
  function: 'TO_DATE_NANOS',
  arguments: [date],
  type: 'date_nanos',
  isMulti: false,
  source,
});

const MAX_UNSIGNED_LONG = 18_446_744_073_709_551_615n;

const wholeOf = (text: string): bigint | undefined => {
  const value = /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
  return value === undefined || value > MAX_UNSIGNED_LONG ? undefined : value;
};

const ipOf = (value: string): TypedExpression => ({ kind: 'literal', type: 'ip', value });

const LONG_END = 2n ** 63n;

const longOf = (text: string): bigint | undefined => {
  const value = /^[+-]?\d{1,19}$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  return value !== undefined && value >= -LONG_END && value < LONG_END ? value : undefined;
};

// A whole number beyond 2^53 would lose digits as a double.
const numberFor = ({ type }: TypedColumn, text: string): TypedExpression => {
  const value = type === 'long' ? longOf(text) : undefined;
  return value === undefined ? doubleOf(Number(text)) : { kind: 'literal', type: 'long', value };
};

const readBound = (column: TypedColumn, bound: SearchBound): TypedExpression | undefined => {
  switch (column.type) {
    case 'keyword':
    case 'text':
      return textLiteral(bound.value);
    case 'integer':
    case 'long':
    case 'double':
      return NUMBER.test(bound.value) ? numberFor(column, bound.value) : undefined;
    case 'unsigned_long': {
      const value = wholeOf(bound.value);
      return value === undefined ? undefined : { kind: 'literal', type: column.type, value };
    }
    case 'version':
      return { kind: 'literal', type: 'version', value: encodeVersion(bound.value) };
    case 'ip': {
      const address = parseIp(bound.value);
      return address === undefined ? undefined : ipOf(address);
    }
    default:
      return undefined;
  }
};

/** Dates that are told less exactly are rounded so that the whole of them is in or out. */
const dateRange = (
  column: TypedColumn,
  from: SearchBound | null,
  to: SearchBound | null,
  reading: SearchReading,
): Lowered => {
  const [first, last] = [from, to].map((bound) => bound && readDate(column, bound.value, reading));
  const unread = from && !first ? from : to && !last ? to : null;
  if (unread) return cannotReadDate(unread.value, column.type, reading);
  const afterFirst = first && from && !from.isIncluded ? first.end : null;
  const afterLast = last && to?.isIncluded ? last.end : null;
  const isFromIncluded = from?.isIncluded === true || afterFirst !== null;
  const isToIncluded = to?.isIncluded === true && afterLast === null;
  const bounds = `${isFromIncluded ? '[' : '('}${isToIncluded ? ']' : ')'}` as const;
  return within(column, afterFirst ?? first?.start ?? null, afterLast ?? last?.start ?? null, bounds, reading.source);
};

/** The field holds a value of the range; null is no bound. */
export const lowerRange = (
  column: TypedColumn,
  from: SearchBound | null,
  to: SearchBound | null,
  reading: SearchReading,
): Lowered => {
  if (column.type === 'date' || column.type === 'date_nanos') return dateRange(column, from, to, reading);
  if (column.type === 'null') return FALSE;
  if (column.type === 'boolean') return fail('a range needs numbers, dates, addresses or text, not [boolean]');
  const [first, last] = [from, to].map((bound) => bound && readBound(column, bound));
  const unread = from && !first ? from : to && !last ? to : null;
  if (unread) return cannotRead(unread.value, column.type);
  const bounds = `${from?.isIncluded === true ? '[' : '('}${to?.isIncluded === true ? ']' : ')'}` as const;
  return within(column, first ?? null, last ?? null, bounds, reading.source);
};
