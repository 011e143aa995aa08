import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldType, IndexSchema } from '#esql/schema.ts';
import { checkLookup } from '#ports/telemetry-rules/check-lookup.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import { inTransaction } from './in-transaction.ts';
import { quoteIdentifier, quoteText } from './telemetry-tables.ts';

const SCHEMA = 'lookups';

const SQL_TYPES = { keyword: 'VARCHAR', double: 'DOUBLE' } as const;

export const lookupSql = (name: string): string => `${SCHEMA}.${quoteIdentifier(name)}`;

const lookupSchema = (fields: readonly (readonly [string, FieldType])[]): IndexSchema => ({
  fields: new Map(fields),
  isLookup: true,
});

export const createLookups = async (connection: DuckDBConnection): Promise<void> => {
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
};

/** The lookup tables that are there, by name. */
export const readLookupSchemas = async (connection: DuckDBConnection): Promise<ReadonlyMap<string, IndexSchema>> => {
  const found = await connection.runAndReadAll(
    `SELECT table_name, column_name, data_type FROM duckdb_columns()
     WHERE schema_name = ${quoteText(SCHEMA)} ORDER BY table_name, column_index`,
  );
  const fields = new Map<string, [string, FieldType][]>();
  for (const [table, column, type] of found.getRowsJS()) {
    if (typeof table !== 'string' || typeof column !== 'string') continue;
    const list = fields.get(table) ?? [];
    list.push([column, type === SQL_TYPES.double ? 'double' : 'keyword']);
    fields.set(table, list);
  }
  return new Map([...fields].map(([name, list]) => [name, lookupSchema(list)]));
};

/** Replaces a lookup table: a query sees the old rows or the new ones, never a mixture. */
export const replaceLookupTable = async (connection: DuckDBConnection, table: LookupTable): Promise<IndexSchema> => {
  checkLookup(table);
  const columns = table.columns.map(({ name, type }, position) => ({
    name: quoteIdentifier(name),
    key: `c${position}`,
    type: SQL_TYPES[type],
  }));
  const shape = Object.fromEntries(columns.map(({ key, type }) => [key, [type]]));
  const values = Object.fromEntries(
    columns.map(({ key }, position) => [
      key,
      table.rows.map((row) => {
        const value = row[position] ?? null;
        return typeof value === 'string' ? value.toWellFormed() : value;
      }),
    ]),
  );
  await inTransaction(connection, async () => {
    const definitions = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
    await connection.run(`CREATE OR REPLACE TABLE ${lookupSql(table.name)} (${definitions})`);
    if (table.rows.length === 0) return;
    const unnested = columns.map(({ key }) => `unnest(lookup.${key})`).join(', ');
    await connection.run(
      `INSERT INTO ${lookupSql(table.name)} SELECT ${unnested}
       FROM (SELECT from_json($1::VARCHAR, ${quoteText(JSON.stringify(shape))}) AS lookup)`,
      [JSON.stringify(values)],
    );
  });
  return lookupSchema(table.columns.map(({ name, type }) => [name, type]));
};
