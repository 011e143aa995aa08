import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldType, IndexSchema } from '#esql/schema.ts';
import { AppError } from '#kernel/errors.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import { inTransaction } from './in-transaction.ts';
import { quoteIdentifier, quoteText } from './telemetry-tables.ts';

const SCHEMA = 'lookups';
const NAME = /^[a-z][a-z0-9_-]{0,127}$/;
const MAX_ROWS = 100_000;
const MAX_COLUMNS = 64;

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

const refuse = (reason: string): AppError =>
  new AppError({ code: 'rejected', isRetryable: false, userMessage: `The lookup table was not stored: ${reason}.` });

const isOfType = (type: 'keyword' | 'double', value: string | number | null): boolean =>
  value === null || (type === 'keyword' ? typeof value === 'string' : Number.isFinite(value));

const checkLookup = (table: LookupTable): void => {
  const { name, columns, rows } = table;
  if (!NAME.test(name)) throw refuse('its name may hold only a-z, 0-9, - and _');
  if (columns.length === 0 || columns.length > MAX_COLUMNS) throw refuse(`it needs 1 to ${MAX_COLUMNS} columns`);
  if (new Set(columns.map((column) => column.name)).size !== columns.length) throw refuse('a column is there twice');
  if (rows.length > MAX_ROWS) throw refuse(`it has more than ${MAX_ROWS} rows`);
  rows.forEach((row, index) => {
    if (row.length !== columns.length) throw refuse(`row ${index} has ${row.length} values`);
    columns.forEach((column, position) => {
      if (!isOfType(column.type, row[position] ?? null)) {
        throw refuse(`${column.name} of row ${index} is not a ${column.type}`);
      }
    });
  });
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
