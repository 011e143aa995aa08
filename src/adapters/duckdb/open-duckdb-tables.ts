import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldType, IndexSchema, Schema } from '#esql/schema.ts';
import { parseIsoNanos } from '#esql/values/date-nanos.ts';
import { encodeVersion } from '#esql/values/version.ts';
import type { Clock } from '#kernel/clock.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { askDuckdb } from './ask-duckdb.ts';
import { duckdbFault } from './duckdb-fault.ts';
import { IN_MEMORY, openDuckdb } from './open-duckdb.ts';
import { createReaderPool } from './reader-pool.ts';
import { quoteText } from './telemetry-tables.ts';
import { sqlType } from './translate/sql/sql-type.ts';
import type { IndexSource } from './translate/translation.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: FieldType;
  /** Of which a row may hold several values. */
  readonly isMulti: boolean;
}

/** Rows as texts: dates in ISO 8601, several values as a list. What is no value of its type becomes null. */
export interface Table {
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly (string | readonly string[] | null)[])[];
}

export type TableStore = Pick<TelemetryStore, 'schema' | 'query' | 'close'>;

const READERS = 2;

const columnSql = ({ type, isMulti }: TableColumn): string => sqlType(type, isMulti);

/** DuckDB takes names that differ in case for one, and ES|QL does not. */
const tableName = (at: number): string => `table_${at}`;
const columnName = (at: number): string => `column_${at}`;

/** Types that a query holds in a form of their own are stored in it; ip alone is read at the start of a query. */
const storedCell = (text: string, type: FieldType): string | null => {
  if (type === 'version') return encodeVersion(text);
  return type === 'date_nanos' ? (parseIsoNanos(text)?.toString() ?? null) : text;
};

/** In order, as Elasticsearch gives the values of a field back. */
const storedList = (texts: readonly string[], type: FieldType): readonly string[] => {
  const stored = texts.flatMap((text) => storedCell(text, type) ?? []);
  if (type === 'date_nanos') return stored.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return type === 'version' ? [...new Set(stored)].toSorted() : stored;
};

const fillTable = async (connection: DuckDBConnection, name: string, { columns, rows }: Table): Promise<void> => {
  const definitions = columns.map((column, at) => `${columnName(at)} ${columnSql(column)}`);
  await connection.run(`CREATE TABLE ${name} (${definitions.join(', ')})`);
  if (rows.length === 0) return;
  const keys = columns.map((_, at) => `c${at}`);
  const shape = columns.map(({ isMulti }, at) => [keys[at] ?? '', [isMulti ? ['VARCHAR'] : 'VARCHAR']]);
  const cells = columns.map(({ isMulti, type }, at) => [
    keys[at] ?? '',
    rows.map((row) => {
      const cell = row[at] ?? null;
      const stored = Array.isArray(cell)
        ? storedList(cell as readonly string[], type)
        : cell && storedCell(cell as string, type);
      return isMulti && typeof stored === 'string' ? [stored] : stored;
    }),
  ]);
  const unnested = keys.map((key) => `unnest(filled.${key}) AS ${key}`).join(', ');
  const values = columns.map((column, at) => `TRY_CAST(${keys[at] ?? ''} AS ${columnSql(column)})`).join(', ');
  await connection.run(
    `INSERT INTO ${name} SELECT ${values} FROM (SELECT ${unnested}
     FROM (SELECT from_json($1::VARCHAR, ${quoteText(JSON.stringify(Object.fromEntries(shape)))}) AS filled))`,
    [JSON.stringify(Object.fromEntries(cells))],
  );
};

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
    for (const [at, table] of tables.entries()) await fillTable(connection, tableName(at), table);
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
