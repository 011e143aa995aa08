import type { EmitContext } from '../emitters/emitter.ts';
import { isoDateSql } from './iso-date-sql.ts';

// A date with nanoseconds is their number since 1970, because DuckDB's own type loses them in its functions.

/** As DuckDB's timestamp, cut to microseconds. */
export const timestampOfNanos = (nanos: string): string => `make_timestamp((${nanos}) // 1000)`;

/** A timestamp as nanoseconds; null where there are none, before 1970 or after 2262. */
export const nanosOfTimestamp = (context: EmitContext, timestamp: string, rest = '0'): string => {
  const nanos = context.once(`TRY(epoch_us(${timestamp}) * 1000 + ${rest})`);
  return `CASE WHEN ${nanos} >= 0 THEN ${nanos} END`;
};

/** A stored timestamp, or a list of them, as nanoseconds; one that has none is left out. */
export const storedNanosSql = (column: string, isList: boolean): string => {
  const nanosOf = (date: string): string => `CASE WHEN epoch_us(${date}) >= 0 THEN TRY(epoch_us(${date}) * 1000) END`;
  if (!isList) return nanosOf(column);
  return `list_filter(list_transform(${column}, lambda stored: ${nanosOf('stored')}), lambda nanos: nanos IS NOT NULL)`;
};

/** A text of ISO 8601 as nanoseconds; null if it is none. */
export const isoNanosSql = (context: EmitContext, value: string): string => {
  const text = context.once(value);
  const fraction = `substring(regexp_extract(${text}, '[.,](\\d{1,9})', 1), 4)`;
  const nanos = `CAST(rpad(${fraction}, 6, '0') AS BIGINT)`;
  return nanosOfTimestamp(context, context.once(isoDateSql(context, text)), nanos);
};

/** As ISO 8601, with three digits of a second or as many as it has. */
export const nanosTextSql = (nanos: string): string => {
  const digits = `lpad(CAST(${nanos} % 1000000000 AS VARCHAR), 9, '0')`;
  const fraction = `CASE WHEN right(${digits}, 6) = '000000' THEN left(${digits}, 3) ELSE rtrim(${digits}, '0') END`;
  return `strftime(${timestampOfNanos(nanos)}, '%Y-%m-%dT%H:%M:%S.') || (${fraction}) || 'Z'`;
};
