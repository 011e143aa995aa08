import type { DuckDBConnection } from '@duckdb/node-api';
import type { FieldType } from '#esql/schema.ts';
import { parseIsoNanos } from '#esql/values/date-nanos.ts';
import { encodeVersion } from '#esql/values/version.ts';
import { quoteText } from './telemetry-tables.ts';
import { sqlType } from './translate/sql/sql-type.ts';

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

/** How DuckDB calls a table and its columns, quoted where needed. */
interface TableNames {
  readonly table: string;
  readonly columns: readonly string[];
}

const columnSql = ({ type, isMulti }: TableColumn): string => sqlType(type, isMulti);

/** Types that a query holds in a form of their own are stored in it; ip alone is read at the start of a query. */
const storedCell = (text: string, type: FieldType): string | null => {
  if (type === 'version') return encodeVersion(text);
  return type === 'date_nanos' ? (parseIsoNanos(text)?.toString() ?? null) : text.toWellFormed();
};

/** In order, as Elasticsearch gives the values of a field back. */
const storedList = (texts: readonly string[], type: FieldType): readonly string[] => {
  const stored = texts.flatMap((text) => storedCell(text, type) ?? []);
  if (type === 'date_nanos') return stored.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  return type === 'version' ? [...new Set(stored)].toSorted() : stored;
};

/** Makes a table, in the place of one of that name, with its rows. */
export const fillTable = async (
  connection: DuckDBConnection,
  names: TableNames,
  { columns, rows }: Pick<Table, 'columns' | 'rows'>,
): Promise<void> => {
  const definitions = columns.map((column, at) => `${names.columns[at] ?? ''} ${columnSql(column)}`);
  await connection.run(`CREATE OR REPLACE TABLE ${names.table} (${definitions.join(', ')})`);
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
    `INSERT INTO ${names.table} SELECT ${values} FROM (SELECT ${unnested}
     FROM (SELECT from_json($1::VARCHAR, ${quoteText(JSON.stringify(Object.fromEntries(shape)))}) AS filled))`,
    [JSON.stringify(Object.fromEntries(cells))],
  );
};
