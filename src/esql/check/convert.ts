import { ARGUMENT_TYPES } from '../functions/definition.ts';
import type { ArgumentType } from '../functions/definition.ts';
import { parseIp } from '../values/ip.ts';
import { nanosOfMs, parseIsoNanos } from '../values/date-nanos.ts';
import { parseIsoDate } from '../values/iso-date.ts';
import { encodeVersion } from '../values/version.ts';
import type { TypedExpression, TypedLiteral, TypedSpan, ValueType } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { isCalendarUnit, unitOfName } from '../values/time-units.ts';
import type { SpanUnit } from '../ast.ts';

export type Conversion = { readonly value: TypedExpression } | { readonly problem: string } | undefined;

export const spanOf = (amount: number, unit: SpanUnit): TypedSpan => ({
  kind: 'span',
  type: isCalendarUnit(unit) ? 'date_period' : 'time_duration',
  amount,
  unit,
});

const parseSpan = (text: string): TypedSpan | undefined => {
  const match = /^\s*(-?\d{1,9})\s*([a-z]+)\s*$/i.exec(text);
  const unit = match?.[2] === undefined ? undefined : unitOfName(match[2]);
  return match && unit ? spanOf(Number(match[1]), unit) : undefined;
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

const fromString = (text: string, type: ArgumentType): TypedExpression | undefined => {
  switch (type) {
    case 'datetime': {
      const value = parseIsoDate(text);
      return value === undefined ? undefined : { kind: 'literal', type: 'date', value };
    }
    case 'boolean': {
      const value = text.toLowerCase();
      return value === 'true' || value === 'false'
        ? { kind: 'literal', type: 'boolean', value: value === 'true' }
        : undefined;
    }
    case 'date_nanos': {
      const value = parseIsoNanos(text);
      return value === undefined ? undefined : { kind: 'literal', type: 'date_nanos', value };
    }
    case 'version':
      return { kind: 'literal', type: 'version', value: encodeVersion(text) };
    case 'ip': {
      const value = parseIp(text);
      return value === undefined ? undefined : { kind: 'literal', type: 'ip', value };
    }
    case 'time span':
      return parseSpan(text);
    case 'integer':
    case 'whole number':
    case 'numeric':
    case 'numeric except unsigned_long': {
      const value = NUMBER.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) return undefined;
      if (type === 'numeric' || type === 'numeric except unsigned_long')
        return { kind: 'literal', type: 'double', value };
      return Number.isInteger(value) && Math.abs(value) <= 2_147_483_647
        ? { kind: 'literal', type: 'integer', value }
        : undefined;
    }
    case 'string':
      return undefined;
  }
};

const TARGET: Readonly<Record<ArgumentType, string>> = {
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  'whole number': 'INTEGER',
  numeric: 'DOUBLE',
  'numeric except unsigned_long': 'DOUBLE',
  string: 'KEYWORD',
  datetime: 'DATETIME',
  ip: 'IP',
  version: 'VERSION',
  date_nanos: 'DATE_NANOS',
  'time span': 'TIME SPAN',
};

/** A string literal as one of the types, or why that fails. */
export const convertString = (literal: TypedLiteral, accepts: readonly ArgumentType[]): Conversion => {
  const text = String(literal.value);
  for (const type of accepts) {
    const value = fromString(text, type);
    if (value) return { value };
  }
  const [first] = accepts;
  return first === undefined ? undefined : { problem: `Cannot convert string [${text}] to [${TARGET[first]}]` };
};

export const isStringLiteral = (value: TypedExpression): value is TypedLiteral =>
  value.kind === 'literal' && (value.type === 'keyword' || value.type === 'text') && value.value !== null;

/** The value in a wider type; literals are converted at once. */
export const widen = (value: TypedExpression, type: FieldType): TypedExpression => {
  if (value.type === type || (value.type === 'text' && type === 'keyword')) return value;
  if (value.kind !== 'literal') return { kind: 'widen', operand: value, type };
  if (value.value === null) return { ...value, type };
  if (type === 'double') return { ...value, type, value: Number(value.value) };
  if (type === 'date_nanos' && value.type === 'date') {
    const nanos = nanosOfMs(Number(value.value));
    return { ...value, type, value: nanos ?? null };
  }
  if (type === 'long') return { ...value, type, value: BigInt(value.value) };
  return { kind: 'widen', operand: value, type };
};

/**
 * The value as an argument that takes these types (all, if none is named): as it is, null of a type,
 * or a string literal converted. Undefined if its type does not fit.
 */
export const acceptArgument = (value: TypedExpression, accepts: readonly ArgumentType[]): Conversion => {
  if (accepts.length === 0) return value.kind === 'span' ? undefined : { value };
  const types: readonly ValueType[] = accepts.flatMap((type) => ARGUMENT_TYPES[type]);
  if (types.includes(value.type)) return { value };
  const [first] = types;
  if (value.type === 'null') {
    if (accepts.includes('time span')) return { value };
    // Of several types none is the one of null.
    const isOneType =
      accepts.length === 1 &&
      accepts[0] !== undefined &&
      !accepts[0].startsWith('numeric') &&
      accepts[0] !== 'whole number';
    return { value: isOneType ? widen(value, first as FieldType) : value };
  }
  return isStringLiteral(value) ? convertString(value, accepts) : undefined;
};
