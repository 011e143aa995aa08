import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldType, IndexSchema } from '#esql/schema.ts';
import { checkLookup, OWN_LOOKUPS } from '#ports/telemetry-rules/check-lookup.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import { fillTable } from './fill-table.ts';
import { inTransaction } from './in-transaction.ts';
import { quoteIdentifier, quoteText } from './telemetry-tables.ts';

/** Rows as texts, dates in ISO 8601, of which each is null or of its column's type. No two names differ in case only. */
export interface ConfiguredLookup {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

const SCHEMA = 'lookups';

export const lookupSql = (name: string): string => `${SCHEMA}.${quoteIdentifier(name)}`;

const lookupSchema = (name: string, fields: readonly (readonly [string, FieldType])[]): IndexSchema => ({
  fields: new Map(fields),
  isLookup: true,
  isInternal: name.startsWith(OWN_LOOKUPS),
});

export const createLookups = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
};

/** The lookup tables that are there, by name. */
export const readLookupSchemas = async (connection: DuckDBConnection): Promise<ReadonlyMap<string, IndexSchema>> => {
  // Several types of ES|QL are held alike, so a comment tells which it is.
  const found = await connection.runAndReadAll(
    `SELECT table_name, column_name, coalesce(comment, if(data_type = 'DOUBLE', 'double', 'keyword'))
     FROM duckdb_columns() WHERE schema_name = ${quoteText(SCHEMA)} ORDER BY table_name, column_index`,
  );
  const fields = new Map<string, [string, FieldType][]>();
  for (const [table, column, type] of found.getRowsJS() as [string, string, FieldType][]) {
    const list = fields.get(table) ?? [];
    list.push([column, type]);
    fields.set(table, list);
  }
  return new Map([...fields].map(([name, list]) => [name, lookupSchema(name, list)]));
};

const store = async (connection: DuckDBConnection, { name, columns, rows }: ConfiguredLookup): Promise<IndexSchema> => {
  const table = lookupSql(name);
  const quoted = columns.map((column) => quoteIdentifier(column.name));
  await inTransaction(connection, async () => {
    const single = columns.map((column) => ({ ...column, isMulti: false }));
    await fillTable(connection, { table, columns: quoted }, { columns: single, rows });
    for (const [at, { type }] of columns.entries())
      await connection.run(`COMMENT ON COLUMN ${table}.${quoted[at] ?? ''} IS ${quoteText(type)}`);
  });
  return lookupSchema(
    name,
    columns.map((column) => [column.name, column.type]),
  );
};

/** Replaces a lookup table: a query sees the old rows or the new ones, never a mixture. */
export const replaceLookupTable = async (connection: DuckDBConnection, table: LookupTable): Promise<IndexSchema> => {
  checkLookup(table);
  const rows = table.rows.map((row) => row.map((cell) => (cell === null ? null : String(cell))));
  return store(connection, { ...table, rows });
};

/** Afterwards the lookup tables besides Sentinel's own are these. */
export const keepLookupTables = async (
  connection: DuckDBConnection,
  tables: readonly ConfiguredLookup[],
): Promise<void> => {
  for (const name of (await readLookupSchemas(connection)).keys()) {
    if (name.startsWith(OWN_LOOKUPS) || tables.some((table) => table.name === name)) continue;
    await connection.run(`DROP TABLE ${lookupSql(name)}`);
  }
  for (const table of tables) await store(connection, table);
};
