import type { FieldType } from '#esql/schema.ts';
import { isString } from '#esql/types.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { textArgument, valueAt } from './emitter.ts';
import { ipTextSql, parseIpSql, withoutZeros } from '../sql/ip-sql.ts';
import { isoNanosSql, nanosOfTimestamp, nanosTextSql, timestampOfNanos } from '../sql/date-nanos-sql.ts';
import { dateTextSql, isoDateSql } from '../sql/iso-date-sql.ts';
import { javaDoubleSql } from '../sql/java-double-sql.ts';
import { MAX_DATE_MS } from '../sql/shift-date.ts';
import { sqlType } from '../sql/sql-type.ts';
import { versionSql, versionTextSql } from '../sql/version-sql.ts';

const WHOLE = String.raw`^[+-]?\d+$`;
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const JAVA_DOUBLE = String.raw`^[\x00-\x20]*(${NUMBER})[dDfF]?[\x00-\x20]*$`;

/** Halves are rounded up: 6.5 to 7, -6.5 to -6. */
const roundHalfUp = (context: EmitContext, double: string): string => {
  const value = context.once(double);
  return `CASE WHEN ${value} - floor(${value}) >= 0.5 THEN ceil(${value}) ELSE floor(${value}) END`;
};

/** A text as java.lang.Double reads it: blanks around the number count as little as the letter of a type behind it. */
export const javaTextToDouble = (context: EmitContext, text: string): string =>
  `TRY_CAST(regexp_extract(${text}, ${context.bind(JAVA_DOUBLE, 'keyword')}, 1) AS DOUBLE)`;

/** A text that is a decimal number as double; DuckDB's own cast would take blanks, underscores and infinity. */
export const textToDouble = (context: EmitContext, text: string): string => {
  const value = context.once(text);
  return `CASE WHEN regexp_full_match(${value}, ${context.bind(`^${NUMBER}$`, 'keyword')}) THEN TRY_CAST(${value} AS DOUBLE) END`;
};

const typeOfArgument = (call: Parameters<Emitter>[1]): FieldType => {
  const type = call.arguments[0]?.type ?? 'null';
  return type === 'time_duration' || type === 'date_period' ? 'null' : type;
};

const toWhole =
  (target: 'INTEGER' | 'BIGINT'): Emitter =>
  (values, call, context) => {
    const value = valueAt(values, 0);
    const from = typeOfArgument(call);
    if (from === 'date') return `TRY_CAST(epoch_ms(${value}) AS ${target})`;
    if (from === 'double') return `TRY_CAST(${roundHalfUp(context, value)} AS ${target})`;
    if (!isString(from)) return `TRY_CAST(${value} AS ${target})`;
    const text = context.once(value);
    const rounded = roundHalfUp(context, javaTextToDouble(context, text));
    // Beyond 2^53 a whole number would lose digits as a double.
    return (
      `CASE WHEN regexp_full_match(${text}, ${context.bind(WHOLE, 'keyword')}) ` +
      `THEN TRY_CAST(ltrim(${text}, '+') AS ${target}) ELSE TRY_CAST(${rounded} AS ${target}) END`
    );
  };

const toDouble: Emitter = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  if (from === 'date') return `CAST(epoch_ms(${value}) AS DOUBLE)`;
  if (!isString(from)) return `CAST(${value} AS DOUBLE)`;
  const number = context.once(javaTextToDouble(context, value));
  return `CASE WHEN isfinite(${number}) THEN ${number} END`;
};

const toBoolean: Emitter = (values, call) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  if (isString(from)) return `(lower(${value}) = 'true')`;
  return from === 'boolean' ? value : `(${value} <> 0)`;
};

/** Fractions are cut. */
const toUnsigned: Emitter = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  const ofDouble = (double: string): string => {
    const number = context.once(double);
    return `CASE WHEN ${number} >= 0 AND ${number} < 18446744073709551616.0::DOUBLE THEN TRY_CAST(trunc(${number}) AS UBIGINT) END`;
  };
  if (from === 'date') return `TRY_CAST(epoch_ms(${value}) AS UBIGINT)`;
  if (from === 'double') return ofDouble(value);
  if (!isString(from)) return `TRY_CAST(${value} AS UBIGINT)`;
  const text = context.once(value);
  const isWhole = `regexp_full_match(${text}, ${context.bind(WHOLE, 'keyword')})`;
  return `CASE WHEN ${isWhole} THEN TRY_CAST(ltrim(${text}, '+') AS UBIGINT) ELSE ${ofDouble(textToDouble(context, text))} END`;
};

const toNanos: Emitter = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  if (from === 'date_nanos') return value;
  if (from === 'date') return nanosOfTimestamp(context, value);
  if (isString(from)) return isoNanosSql(context, value);
  const nanos = context.once(`TRY_CAST(${from === 'double' ? `trunc(${value})` : value} AS BIGINT)`);
  return `CASE WHEN ${nanos} >= 0 THEN ${nanos} END`;
};

const toDatetime: Emitter = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  if (from === 'date') return value;
  if (from === 'date_nanos') return `date_trunc('milliseconds', ${timestampOfNanos(value)})`;
  if (isString(from)) return isoDateSql(context, value);
  if (from === 'null') return `CAST(${value} AS ${sqlType('date')})`;
  const ms = context.once(from === 'double' ? `TRY_CAST(trunc(${value}) AS BIGINT)` : `TRY_CAST(${value} AS BIGINT)`);
  const most = context.bind(BigInt(MAX_DATE_MS), 'long');
  return `CASE WHEN ${ms} BETWEEN -${most} AND ${most} THEN make_timestamp_ms(${ms}) END`;
};

const toText: Emitter = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = typeOfArgument(call);
  if (from === 'date') return dateTextSql(value);
  if (from === 'double') return javaDoubleSql(context, value);
  if (from === 'ip') return ipTextSql(value);
  if (from === 'version') return versionTextSql(context.once(value));
  if (from === 'date_nanos') return nanosTextSql(context.once(value));
  return isString(from) ? value : `CAST(${value} AS VARCHAR)`;
};

export const CONVERSION_EMITTERS: Readonly<Record<string, Emitter>> = {
  TO_INTEGER: toWhole('INTEGER'),
  TO_LONG: toWhole('BIGINT'),
  TO_DOUBLE: toDouble,
  'AS FLOAT': (values) => `CAST(TRY_CAST(${valueAt(values, 0)} AS FLOAT) AS DOUBLE)`,
  TO_STRING: toText,
  TO_BOOLEAN: toBoolean,
  TO_DATETIME: toDatetime,
  TO_UNSIGNED_LONG: toUnsigned,
  TO_DATE_NANOS: toNanos,
  TO_VERSION: (values, call) =>
    typeOfArgument(call) === 'version' ? valueAt(values, 0) : versionSql(`CAST(${valueAt(values, 0)} AS VARCHAR)`),
  TO_IP: (values, call) => {
    const value = valueAt(values, 0);
    if (!isString(typeOfArgument(call))) return `CAST(${value} AS ${sqlType('ip')})`;
    const zeros = textArgument(call, 1);
    return parseIpSql(zeros === 'octal' || zeros === 'decimal' ? withoutZeros(value, zeros) : value);
  },
};
