import type { IndexSchema, Schema } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { askDuckdb } from './ask-duckdb.ts';
import { duckdbFault } from './duckdb-fault.ts';
import { fillTable, type Table } from './fill-table.ts';
import { IN_MEMORY, openDuckdb } from './open-duckdb.ts';
import { createReaderPool } from './reader-pool.ts';
import type { IndexSource } from './translate/translation.ts';

export type TableStore = Pick<TelemetryStore, 'schema' | 'query' | 'close'>;

const READERS = 2;

/** DuckDB takes names that differ in case for one, and ES|QL does not. */
const tableName = (at: number): string => `table_${at}`;
const columnName = (at: number): string => `column_${at}`;

const schemaOf = ({ columns }: Table): IndexSchema => ({
  fields: new Map(columns.map(({ name, type }) => [name, type])),
  multiValued: new Set(columns.flatMap(({ name, isMulti }) => (isMulti ? [name] : []))),
  isLookup: false,
});

const sourceOf = (tables: readonly Table[], index: string): IndexSource => {
  const at = tables.findIndex(({ name }) => name === index);
  return {
    table: tableName(at),
    column: (field) => columnName(tables[at]?.columns.findIndex(({ name }) => name === field) ?? -1),
  };
};

/**
 * Tables of any columns in a DuckDB in memory, asked in ES|QL on the same way as telemetry.
 * Throws AppError for faults of DuckDB.
 */
export const openDuckdbTables = async (
  deps: { readonly clock: Clock },
  tables: readonly Table[],
): Promise<TableStore> => {
  const instance = await openDuckdb({ file: IN_MEMORY, dataDirectorySetting: 'memory' });
  try {
    const connection = await instance.connect();
    for (const [at, table] of tables.entries()) {
      const columns = table.columns.map((_, column) => columnName(column));
      await fillTable(connection, { table: tableName(at), columns }, table);
    }
    connection.closeSync();
    const pool = await createReaderPool(instance, READERS);
    const schema: Schema = new Map(tables.map((table) => [table.name, schemaOf(table)]));
    const sources = (index: string) => sourceOf(tables, index);
    return {
      schema: () => schema,
      query: async (request) => {
        const startedMs = performance.now();
        const answer = await askDuckdb({ clock: deps.clock, pool }, { schema, sources }, request);
        return { ...answer, tookMs: Math.round(performance.now() - startedMs) };
      },
      close: async () => {
        await pool.close();
        instance.closeSync();
      },
    };
  } catch (error) {
    instance.closeSync();
    throw duckdbFault(error);
  }
};
