import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { findRowFault } from '#ports/telemetry-rules/find-row-fault.ts';
import type { FutureRowCounts } from '#ports/telemetry-rules/future-row-counts.ts';
import { MAX_FUTURE_MS } from '#ports/telemetry-rules/row-limits.ts';
import {
  TELEMETRY_TABLES,
  type Column,
  type TelemetryKind,
  type TelemetryRow,
  type TelemetryTable,
} from '#ports/telemetry-rules/telemetry-tables.ts';
import type { RejectedRow, TelemetryBatch } from '#ports/telemetry-store.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { durationFactor, isWholeDuration, storedName } from './field-names.ts';
import { indexFor, ownsIndices } from './own-indices.ts';

/** A row as `_bulk` takes it. */
export interface EncodedRow {
  readonly kind: TelemetryKind;
  /** Position in the batch's array of that kind. */
  readonly index: number;
  /** Its action and its document, a line each. */
  readonly action: string;
  readonly document: string;
}

export interface EncodedBatch {
  readonly rows: readonly EncodedRow[];
  readonly rejected: readonly RejectedRow[];
  /** Of the rejected, those that came from the future. */
  readonly future: Readonly<Record<TelemetryKind, number>>;
  readonly attributes: Readonly<Record<TelemetryKind, ReadonlySet<string>>>;
}

export interface EncodeDeps {
  readonly clock: Clock;
  readonly futureRows: FutureRowCounts;
}

// Encoding this many takes a few milliseconds, which is as long as the event loop may stand still.
const ROWS_PER_TURN = 1_000;

type Value = string | number;

const storedValue = (column: Column<never>, value: Value, options: ElasticsearchOptions): Value => {
  if (typeof value === 'string') {
    const words: Readonly<Record<string, string>> = options.fields.statusWords;
    return (column.field === 'status' ? (words[value] ?? value) : value).toWellFormed();
  }
  if (column.type === 'date') return Math.floor(value);
  if (column.field !== 'duration_ms') return value;
  const scaled = value * durationFactor(options.fields);
  return isWholeDuration(options.fields) ? Math.round(scaled) : scaled;
};

const documentOf = <Row extends TelemetryRow>(
  table: TelemetryTable<Row>,
  row: Row,
  options: ElasticsearchOptions,
): Record<string, unknown> => {
  const document: Record<string, unknown> = {};
  for (const column of table.columns) {
    const value = column.read(row);
    if (value === null || value === undefined) continue;
    document[storedName(options.fields, table.kind, column.field)] = storedValue(column, value, options);
  }
  const attributes = Object.entries(row.attributes ?? {});
  if (attributes.length > 0) {
    document['attributes'] = Object.fromEntries(
      attributes.map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]),
    );
  }
  return document;
};

/**
 * Checks and encodes a batch. Each row has an id, that of its delivery or one of its own, so that a
 * request whose answer was lost can be sent again without storing a row twice.
 */
export const encodeBatch = async (
  deps: EncodeDeps,
  batch: TelemetryBatch,
  options: ElasticsearchOptions,
): Promise<EncodedBatch> => {
  const now = deps.clock.now();
  const batchId = randomUUID();
  const rows: EncodedRow[] = [];
  const rejected: RejectedRow[] = [];
  const future = { logs: 0, spans: 0, metrics: 0 };
  const attributes = { logs: new Set<string>(), spans: new Set<string>(), metrics: new Set<string>() };

  const encodeKind = async <Row extends TelemetryRow>(
    table: TelemetryTable<Row>,
    kindRows: readonly Row[],
  ): Promise<void> => {
    const { kind } = table;
    const isOwn = ownsIndices(options, kind);
    for (const [index, row] of kindRows.entries()) {
      if (index % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn();
      const fault = isOwn ? findRowFault(table, row) : notOurs(options, kind);
      if (fault !== null) {
        rejected.push({ kind, index, ...fault });
        continue;
      }
      const skewMs = row.timestampMs - now.getTime();
      if (skewMs > MAX_FUTURE_MS) {
        future[kind] += 1;
        deps.futureRows.add(row.service ?? 'unknown', skewMs, now);
        const reason = `@timestamp is more than ${MAX_FUTURE_MS / SECOND_MS} s in the future`;
        rejected.push({ kind, index, field: '@timestamp', reason });
        continue;
      }
      for (const name of Object.keys(row.attributes ?? {})) attributes[kind].add(name);
      const target = { _index: indexFor(options.prefix, kind, row.timestampMs, now.getTime()) };
      const _id = row.deliveryId ?? `${batchId}-${rows.length.toString(36)}`;
      rows.push({
        kind,
        index,
        action: JSON.stringify({ create: { ...target, _id } }),
        document: JSON.stringify(documentOf(table, row, options)),
      });
    }
  };

  await encodeKind(TELEMETRY_TABLES.logs, batch.logs ?? []);
  await encodeKind(TELEMETRY_TABLES.spans, batch.spans ?? []);
  await encodeKind(TELEMETRY_TABLES.metrics, batch.metrics ?? []);
  return { rows, rejected, future, attributes };
};

const notOurs = ({ indices }: ElasticsearchOptions, kind: TelemetryKind) => ({
  field: null,
  reason: `${kind} are read from ${indices[kind] ?? ''}, where Sentinel does not write`,
});

export const countByKind = (rows: readonly { readonly kind: TelemetryKind }[]): Record<TelemetryKind, number> => {
  const counts = { logs: 0, spans: 0, metrics: 0 };
  for (const { kind } of rows) counts[kind] += 1;
  return counts;
};
