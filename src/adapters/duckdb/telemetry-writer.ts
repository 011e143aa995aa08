import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Clock } from '#kernel/clock.ts';
import type { FutureRowCounts } from '#ports/telemetry-rules/future-row-counts.ts';
import {
  TELEMETRY_KINDS,
  TELEMETRY_TABLES,
  type TelemetryKind,
  type TelemetryRow,
  type TelemetryTable,
} from '#ports/telemetry-rules/telemetry-tables.ts';
import type { AppendOutcome, RejectedRow, TelemetryBatch } from '#ports/telemetry-store.ts';
import type { AttributeNames } from './attribute-names.ts';
import { encodeSlice } from './encode-slice.ts';
import { inTransaction } from './in-transaction.ts';
import { MAX_ATTRIBUTE_NAMES } from './telemetry-limits.ts';
import { insertSql } from './telemetry-tables.ts';

export interface TelemetryWriterDeps {
  readonly clock: Clock;
  readonly connection: DuckDBConnection;
  readonly attributeNames: AttributeNames;
  readonly futureRows: FutureRowCounts;
}

export interface WrittenRows {
  readonly outcome: AppendOutcome;
  readonly accepted: Readonly<Record<TelemetryKind, number>>;
  readonly future: Readonly<Record<TelemetryKind, number>>;
  /** The schema has grown. */
  readonly hasNewAttributes: boolean;
}

interface Progress {
  readonly rejected: RejectedRow[];
  readonly accepted: Record<TelemetryKind, number>;
  readonly future: Record<TelemetryKind, number>;
  readonly newNames: Record<TelemetryKind, string[]>;
}

/**
 * Makes the writer of batches. Each batch is one transaction: all of its good rows become
 * visible at once, or, where DuckDB fails, none. The next slice is encoded while DuckDB works
 * on the last one. Calls must not overlap.
 */
export const createTelemetryWriter = (deps: TelemetryWriterDeps): ((batch: TelemetryBatch) => Promise<WrittenRows>) => {
  const { connection, attributeNames } = deps;

  const writeRows = async <Row extends TelemetryRow>(
    table: TelemetryTable<Row>,
    rows: readonly Row[],
    progress: Progress,
  ): Promise<void> => {
    if (rows.length === 0) return;
    const { kind } = table;
    // Anew for each batch: once any table changes, DuckDB plans an older statement again at each use,
    // with the whole text as a constant, which costs as much as everything else.
    const statement = await connection.prepare(insertSql(table));
    const now = deps.clock.now();
    const known = attributeNames.namesOf(kind);
    const candidates = new Set<string>();
    const context = {
      nowMs: now.getTime(),
      isKnownAttribute: (name: string) =>
        known.has(name) || candidates.has(name) || candidates.size >= MAX_ATTRIBUTE_NAMES,
    };
    let inserting: Promise<unknown> = Promise.resolve();
    try {
      for (let next = 0; next < rows.length;) {
        const slice = encodeSlice(table, rows, next, context);
        next = slice.next;
        progress.accepted[kind] += slice.accepted;
        progress.future[kind] += slice.future.length;
        for (const row of slice.rejected) progress.rejected.push(row);
        for (const row of slice.future) deps.futureRows.add(row.service, row.skewMs, now);
        for (const name of slice.unknownAttributes) candidates.add(name);
        await inserting;
        if (slice.text !== null) {
          statement.bindVarchar(1, slice.text);
          inserting = statement.run();
          // Awaited above or below; until then a failure is not an unhandled one.
          inserting.catch(() => undefined);
        }
        await nextTurn();
      }
    } finally {
      await inserting.finally(() => statement.destroySync());
    }
    const newNames = attributeNames.findNew(kind, candidates);
    await attributeNames.save(connection, kind, newNames);
    progress.newNames[kind].push(...newNames);
  };

  return async (batch) => {
    const progress: Progress = {
      rejected: [],
      accepted: { logs: 0, spans: 0, metrics: 0 },
      future: { logs: 0, spans: 0, metrics: 0 },
      newNames: { logs: [], spans: [], metrics: [] },
    };
    await inTransaction(connection, async () => {
      await writeRows(TELEMETRY_TABLES.logs, batch.logs ?? [], progress);
      await writeRows(TELEMETRY_TABLES.spans, batch.spans ?? [], progress);
      await writeRows(TELEMETRY_TABLES.metrics, batch.metrics ?? [], progress);
    });
    for (const kind of TELEMETRY_KINDS) attributeNames.remember(kind, progress.newNames[kind]);
    const { accepted, future, rejected } = progress;
    return {
      outcome: { accepted: accepted.logs + accepted.spans + accepted.metrics, rejected },
      accepted,
      future,
      hasNewAttributes: TELEMETRY_KINDS.some((kind) => progress.newNames[kind].length > 0),
    };
  };
};
