import { findRowFault } from '#ports/telemetry-rules/find-row-fault.ts';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import type { TelemetryRow, TelemetryTable } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { RejectedRow } from '#ports/telemetry-store.ts';
import { MAX_SLICE_LENGTH, MAX_SLICE_ROWS } from './telemetry-limits.ts';

export interface Slice {
  /** Parameter of `insertSql`, or null if no row was good. */
  readonly text: string | null;
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
  readonly future: readonly { readonly service: string; readonly skewMs: number }[];
  /** Attribute names that `isKnownAttribute` did not know. */
  readonly unknownAttributes: ReadonlySet<string>;
  /** Where the next slice begins; the number of rows at the end. */
  readonly next: number;
}

export interface SliceContext {
  readonly nowMs: number;
  isKnownAttribute(name: string): boolean;
}

// JSON.stringify writes half a surrogate pair as an escape, which DuckDB's parser refuses.
const LONE_SURROGATE = /\\ud[89a-f]/;

// What an attribute costs beside its characters, in characters; measured.
const ATTRIBUTE_COST = 32;

const wellFormed = (value: string | number | null): string | number | null =>
  typeof value === 'string' ? value.toWellFormed() : value;

const attributesOf = (row: TelemetryRow): string | null => {
  if (!row.attributes) return null;
  const text = JSON.stringify(row.attributes);
  if (text === '{}') return null;
  if (!LONE_SURROGATE.test(text)) return text;
  const pairs = Object.entries(row.attributes).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
  return JSON.stringify(Object.fromEntries(pairs));
};

const lengthOf = (row: TelemetryRow): number => {
  let length = 'message' in row ? (row.message?.length ?? 0) : 0;
  if (!row.attributes) return length;
  for (const [name, value] of Object.entries(row.attributes)) length += name.length + value.length + ATTRIBUTE_COST;
  return length;
};

const encodeColumns = <Row extends TelemetryRow>(table: TelemetryTable<Row>, rows: readonly Row[]): string => {
  const columns: Record<string, readonly (string | number | null)[]> = {};
  for (const { field, type, read } of table.columns) {
    columns[field] =
      type === 'date' ? rows.map((row) => Math.floor(row.timestampMs)) : rows.map((row) => read(row) ?? null);
  }
  columns['attributes'] = rows.map(attributesOf);
  const text = JSON.stringify(columns);
  if (!LONE_SURROGATE.test(text)) return text;
  for (const field of Object.keys(columns)) columns[field] = columns[field]?.map(wellFormed) ?? [];
  return JSON.stringify(columns);
};

/** Checks and encodes the rows from `from` on, as many as fit in a few milliseconds. */
export const encodeSlice = <Row extends TelemetryRow>(
  table: TelemetryTable<Row>,
  rows: readonly Row[],
  from: number,
  context: SliceContext,
): Slice => {
  const good: Row[] = [];
  const rejected: RejectedRow[] = [];
  const future: { service: string; skewMs: number }[] = [];
  const unknownAttributes = new Set<string>();
  let length = 0;
  let next = from;
  for (; next < rows.length && next - from < MAX_SLICE_ROWS && length < MAX_SLICE_LENGTH; next += 1) {
    const row = rows[next] as Row;
    const fault = findRowFault(table, row);
    if (fault !== null) {
      rejected.push({ kind: table.kind, index: next, ...fault });
      continue;
    }
    const skewMs = row.timestampMs - context.nowMs;
    if (skewMs > MAX_FUTURE_MS) {
      future.push({ service: row.service ?? 'unknown', skewMs });
      rejected.push({
        kind: table.kind,
        index: next,
        field: '@timestamp',
        reason: `@timestamp is more than ${MAX_FUTURE_MS / 1000} s in the future`,
      });
      continue;
    }
    if (row.attributes) {
      for (const name of Object.keys(row.attributes)) if (!context.isKnownAttribute(name)) unknownAttributes.add(name);
    }
    length += lengthOf(row);
    good.push(row);
  }
  return {
    text: good.length > 0 ? encodeColumns(table, good) : null,
    accepted: good.length,
    rejected,
    future,
    unknownAttributes,
    next,
  };
};
