import { findRowFault } from '#ports/telemetry-rules/find-row-fault.ts';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import type { TelemetryRow, TelemetryTable } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { RejectedRow } from '#ports/telemetry-store.ts';
import { MAX_SLICE_LENGTH, MAX_SLICE_ROWS } from './telemetry-limits.ts';

export interface Slice {
  /** Parameters of `insertSql`, or null if no row was good. */
  readonly parameters: readonly string[] | null;
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

const attributesOf = (row: TelemetryRow): string | null => {
  if (!row.attributes) return null;
  const text = JSON.stringify(row.attributes);
  if (text === '{}') return null;
  if (!LONE_SURROGATE.test(text)) return text;
  const pairs = Object.entries(row.attributes).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
  return JSON.stringify(Object.fromEntries(pairs));
};

const NUL = '\0';
const START_OF_HEADING = '\u0001';

type Values = readonly (string | number | null)[];

/**
 * What stands between values: NUL, which only messages may hold, else something that none of them holds.
 * It does not begin as it ends, so that it is not found a character early behind a value that ends as it begins.
 */
const separatorFor = (messages: Values): string => {
  let separator = NUL;
  const isFound = (message: string | number | null): boolean => String(message).includes(separator);
  for (let number = 0; messages.some(isFound); number += 1) separator = `${NUL}${number}${START_OF_HEADING}`;
  return separator;
};

/** What stands for an empty text, since an absent one is written as nothing: a text that is none of the values. */
const emptyMarkFor = (columns: readonly Values[]): string => {
  let mark = START_OF_HEADING;
  while (columns.some((values) => values.includes(mark))) mark += START_OF_HEADING;
  return mark;
};

/** Null is joined as nothing. */
const joinValues = (values: Values, separator: string, emptyMark: string): string =>
  (values.includes('') ? values.map((value) => (value === '' ? emptyMark : value)) : values).join(separator);

const encodeColumns = <Row extends TelemetryRow>(
  table: TelemetryTable<Row>,
  rows: readonly Row[],
  attributes: Values,
): readonly string[] => {
  const columns: Values[] = table.columns.map(({ type, read }) =>
    type === 'date' ? rows.map((row) => Math.floor(row.timestampMs)) : rows.map((row) => read(row) ?? null),
  );
  columns.push(attributes);
  const separator = separatorFor(columns[table.columns.findIndex(({ field }) => field === 'message')] ?? []);
  const emptyMark = emptyMarkFor(columns);
  return [separator, emptyMark, ...columns.map((values) => joinValues(values, separator, emptyMark))];
};

/** Checks and encodes the rows from `from` on, as many as fit in a few milliseconds. */
export const encodeSlice = <Row extends TelemetryRow>(
  table: TelemetryTable<Row>,
  rows: readonly Row[],
  from: number,
  context: SliceContext,
): Slice => {
  const good: Row[] = [];
  const attributes: (string | null)[] = [];
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
    const text = attributesOf(row);
    length += (text?.length ?? 0) + ('message' in row ? (row.message?.length ?? 0) : 0);
    attributes.push(text);
    good.push(row);
  }
  return {
    parameters: good.length > 0 ? encodeColumns(table, good, attributes) : null,
    accepted: good.length,
    rejected,
    future,
    unknownAttributes,
    next,
  };
};
