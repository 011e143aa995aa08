import { DuckDBDecimalValue, DuckDBListValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { invariant } from '#kernel/invariant.ts';
import type { QueryScalar, QueryValue } from '#ports/telemetry-store.ts';

const MICROS_PER_MS = 1_000n;

const toWhole = (value: bigint): number | bigint => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
};

const toScalar = (value: DuckDBValue): QueryScalar | null => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return toWhole(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof DuckDBTimestampValue) return new Date(Number(value.micros / MICROS_PER_MS)).toISOString();
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  invariant(false, `a translated query returns no value of type ${value.constructor.name}`);
};

/** A parameter as DuckDB takes it. */
export const toDuckdbValue = (value: string | number | boolean | bigint | Date | null): DuckDBValue =>
  value instanceof Date ? new DuckDBTimestampValue(BigInt(value.getTime()) * MICROS_PER_MS) : value;

/** A value of DuckDB as the port gives it: dates as ISO strings, lists as arrays without nulls, one member as itself. */
export const toQueryValue = (value: DuckDBValue): QueryValue => {
  if (!(value instanceof DuckDBListValue)) return toScalar(value);
  const members = value.items.map(toScalar).filter((member) => member !== null);
  if (members.length === 0) return null;
  return members.length === 1 ? (members[0] ?? null) : members;
};
