import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { IndexSchema, Schema } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { createFutureRowCounts, type FutureRowCounts } from '#ports/telemetry-rules/future-row-counts.ts';
import { TELEMETRY_KINDS, TELEMETRY_TABLES, type TelemetryTable } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { askDuckdb } from './ask-duckdb.ts';
import { attributeSql, openAttributeNames, type AttributeNames } from './attribute-names.ts';
import { awaitRelease } from './await-release.ts';
import { createLogCheckpoint } from './checkpoint-log.ts';
import { duckdbFault, duckdbWriteFault } from './duckdb-fault.ts';
import {
  type ConfiguredLookup,
  createLookups,
  keepLookupTables,
  lookupSql,
  readLookupSchemas,
  replaceLookupTable,
} from './lookup-tables.ts';
import { type DuckdbOptions, IN_MEMORY, openDuckdb } from './open-duckdb.ts';
import { createReaderPool } from './reader-pool.ts';
import { type AbandonableStore, openReopeningStore } from './reopening-store.ts';
import { createTableSql, quoteIdentifier } from './telemetry-tables.ts';
import { createTelemetryWriter, type WrittenRows } from './telemetry-writer.ts';
import { createWriteQueue } from './write-queue.ts';

export interface DuckdbTelemetryDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface DuckdbTelemetryOptions extends DuckdbOptions {
  /** Queries at once beside an urgent one, by default 2; with the writer each takes one of Node's 4 threads for input and output. */
  readonly readers?: number;
  /** The lookup tables besides Sentinel's own; others are removed. By default those that are there stay. */
  readonly lookups?: readonly ConfiguredLookup[];
}

const DEFAULT_READERS = 2;
const ATTRIBUTE_PREFIX = 'attributes.';

const prepareTables = async (connection: DuckDBConnection): Promise<void> => {
  for (const kind of TELEMETRY_KINDS) {
    const table: TelemetryTable<never> = TELEMETRY_TABLES[kind];
    await connection.run(createTableSql(table));
  }
  await createLookups(connection);
};

const buildSchema = (names: AttributeNames, lookups: ReadonlyMap<string, IndexSchema>): Schema => {
  const schema = new Map<string, IndexSchema>();
  for (const kind of TELEMETRY_KINDS) {
    const fields = new Map(TELEMETRY_SCHEMA[kind].fields);
    for (const name of names.namesOf(kind)) fields.set(`${ATTRIBUTE_PREFIX}${name}`, 'keyword');
    schema.set(kind, { fields, isLookup: false });
  }
  for (const [name, lookup] of lookups) schema.set(name, lookup);
  return schema;
};

const sourceOf = (index: string, schema: Schema): { table: string; column: (field: string) => string } => {
  const source = schema.get(index);
  invariant(source, `a checked query names an index of the schema, not ${index}`);
  return {
    table: source.isLookup ? lookupSql(index) : quoteIdentifier(index),
    column: (field) =>
      !source.isLookup && field.startsWith(ATTRIBUTE_PREFIX)
        ? attributeSql(field.slice(ATTRIBUTE_PREFIX.length))
        : quoteIdentifier(field),
  };
};

interface BuildDeps extends DuckdbTelemetryDeps {
  readonly futureRows: FutureRowCounts;
}

const build = async (
  deps: BuildDeps,
  instance: DuckDBInstance,
  { file, readers = DEFAULT_READERS, lookups: configured }: DuckdbTelemetryOptions,
): Promise<AbandonableStore> => {
  const { clock, logger, metrics, futureRows } = deps;
  const writerConnection = await instance.connect();
  await prepareTables(writerConnection);
  if (configured) await keepLookupTables(writerConnection, configured);
  const attributeNames = await openAttributeNames(writerConnection);
  const lookups = new Map(await readLookupSchemas(writerConnection));
  const write = createTelemetryWriter({ clock, connection: writerConnection, attributeNames, futureRows });
  const queue = createWriteQueue();
  const pool = await createReaderPool(instance, readers);
  const checkpoint = createLogCheckpoint({
    connection: writerConnection,
    logger,
    file,
    isReading: () => pool.isReading(),
  });
  let schema = buildSchema(attributeNames, lookups);
  let isClosed = false;

  const writing = async <Result>(rows: number, work: () => Promise<Result>): Promise<Result> => {
    try {
      return await queue.run(rows, work);
    } catch (error) {
      const fault = duckdbWriteFault(error);
      if (fault !== error) logger.warn({ err: fault }, 'The telemetry store could not write');
      throw fault;
    }
  };

  /** Whether everything that ran has ended. */
  const stop = async (): Promise<boolean> => {
    isClosed = true;
    await queue.close();
    return pool.close();
  };

  const free = (): void => {
    writerConnection.closeSync();
    instance.closeSync();
  };

  /** After the rows were acknowledged: whatever becomes of the checkpoint, they are in the log. */
  const keepLogShort = (): void => {
    if (isClosed || !checkpoint.isDue()) return;
    void queue.run(0, async () => {
      if (checkpoint.isDue()) await checkpoint.run();
    });
  };

  const countRows = (written: WrittenRows): void => {
    for (const kind of TELEMETRY_KINDS) {
      const accepted = written.accepted[kind];
      const future = written.future[kind];
      const rejected = written.outcome.rejected.filter((row) => row.kind === kind).length - future;
      if (accepted > 0) metrics.increment('sentinel_telemetry_rows_total', { kind, outcome: 'accepted' }, accepted);
      if (rejected > 0) metrics.increment('sentinel_telemetry_rows_total', { kind, outcome: 'rejected' }, rejected);
      if (future > 0) metrics.increment('sentinel_telemetry_rows_total', { kind, outcome: 'future' }, future);
    }
  };

  return {
    append: async (batch) => {
      const rows = (batch.logs?.length ?? 0) + (batch.spans?.length ?? 0) + (batch.metrics?.length ?? 0);
      if (rows === 0) return { accepted: 0, rejected: [] };
      const written = await writing(rows, async () => {
        const result = await write(batch);
        if (result.hasNewAttributes) schema = buildSchema(attributeNames, lookups);
        return result;
      });
      countRows(written);
      keepLogShort();
      return written.outcome;
    },

    schema: () => schema,

    query: async (request) => {
      const startedMs = performance.now();
      const took = (): number => performance.now() - startedMs;
      const observe = (outcome: string): void =>
        metrics.observe('sentinel_telemetry_query_seconds', took() / 1000, { purpose: request.purpose, outcome });
      try {
        const answer = await askDuckdb(
          { clock, pool },
          { schema, sources: (index) => sourceOf(index, schema) },
          request,
        );
        observe('ok');
        return { ...answer, tookMs: Math.round(took()) };
      } catch (error) {
        observe(isAppError(error) ? error.code : 'bug');
        logger.warn({ purpose: request.purpose, query: request.query.text, err: error }, 'A telemetry query failed');
        throw error;
      }
    },

    replaceLookup: (table) =>
      writing(table.rows.length, async () => {
        lookups.set(table.name, await replaceLookupTable(writerConnection, table));
        schema = buildSchema(attributeNames, lookups);
      }),

    futureRows: () => futureRows.list(),

    deleteOlderThan: (limits) =>
      writing(0, async () => {
        const deleted = { logs: 0, spans: 0, metrics: 0 };
        for (const kind of TELEMETRY_KINDS) {
          const result = await writerConnection.run(`DELETE FROM ${kind} WHERE "@timestamp" < epoch_ms($1::BIGINT)`, [
            BigInt(limits[kind].getTime()),
          ]);
          deleted[kind] = result.rowsChanged;
        }
        await writerConnection.run('CHECKPOINT');
        return deleted;
      }),

    ping: async (timeoutMs) => {
      await pool.read({ timeoutMs, isUrgent: true }, (connection) => connection.run('SELECT 1'));
    },

    close: async () => {
      if (isClosed) return;
      const hasEnded = await stop();
      if (hasEnded) {
        try {
          await writerConnection.run('CHECKPOINT');
        } catch (error) {
          logger.warn({ err: error }, 'The telemetry file was not checkpointed; its log is replayed at the next start');
        }
      } else {
        logger.warn({}, 'A telemetry query could not be stopped; the telemetry file is left open until it ends');
      }
      free();
    },

    abandon: async () => {
      if (!isClosed) {
        await stop();
        free();
      }
      await awaitRelease(file);
    },
  };
};

/**
 * Telemetry in one DuckDB file of this process, or in memory.
 *
 * Durability: when `append` returns, its rows are committed to the write-ahead log and the log is
 * synced (fsync), so they survive a killed process and, as far as the disk keeps its word, a power
 * cut; the next open replays the log. A batch is one transaction: killed half-way, none of it is kept.
 *
 * Rows come roughly in order of time, so the least and greatest timestamp that DuckDB keeps for each
 * group of rows serve as the index of `@timestamp`.
 */
export const openDuckdbTelemetryStore = async (
  deps: DuckdbTelemetryDeps,
  options: DuckdbTelemetryOptions,
): Promise<TelemetryStore> => {
  const futureRows = createFutureRowCounts();
  // What is opened again has them, and their rows need not stay in memory.
  const { lookups: configured, ...others } = options;
  let lookups = configured;
  const open = async (): Promise<AbandonableStore> => {
    const instance = await openDuckdb(others);
    try {
      const built = await build({ ...deps, futureRows }, instance, lookups ? { ...others, lookups } : others);
      lookups = undefined;
      return built;
    } catch (error) {
      instance.closeSync();
      throw duckdbFault(error);
    }
  };
  // What is in memory alone would be gone.
  return options.file === IN_MEMORY ? open() : openReopeningStore({ ...deps, open });
};
