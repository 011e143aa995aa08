import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { checkQuery } from '#esql/check-query.ts';
import type { Parameters } from '#esql/checked-query.ts';
import type { FieldType, IndexSchema, Schema } from '#esql/schema.ts';
import type { QueryValue } from '#ports/telemetry-store.ts';
import { registerDigestOf } from '../../../../src/adapters/duckdb/digest-of.ts';
import { toQueryValue } from '../../../../src/adapters/duckdb/query-value.ts';
import { failureWarnings, translateFailures } from '../../../../src/adapters/duckdb/translate/translate-failures.ts';
import { type TranslateOptions, translateQuery } from '../../../../src/adapters/duckdb/translate/translate-query.ts';

export const NOW = new Date('2026-11-21T12:00:00.000Z');

type Value = QueryValue;

export interface Answer {
  readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
  readonly rows: readonly (readonly Value[])[];
  readonly warnings: readonly string[];
  readonly rowLimit: number;
}

export interface Engine {
  readonly connection: DuckDBConnection;
  run(
    query: string,
    options?: { parameters?: Parameters; range?: { from: Date; to: Date }; maxRows?: number },
  ): Promise<Answer>;
  /** The rows as objects. */
  records(query: string, parameters?: Parameters): Promise<Record<string, Value>[]>;
  /** The one value of a ROW expression. */
  value(expression: string, parameters?: Parameters): Promise<Value>;
  close(): void;
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const indexOf = (fields: Readonly<Record<string, FieldType>>, isLookup = false): IndexSchema => ({
  fields: new Map(Object.entries(fields)),
  isLookup,
});

/** A DuckDB in memory whose tables are named and columned like the indices of the schema. */
export const startEngine = async (schema: Schema, tables: readonly string[] = []): Promise<Engine> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  registerDigestOf(connection);
  for (const sql of tables) await connection.run(sql);
  const run: Engine['run'] = async (query, { parameters, range, maxRows } = {}) => {
    const checked = checkQuery(query, {
      schema,
      ...(parameters ? { parameters } : {}),
      ...(maxRows === undefined ? {} : { limits: { maxRows } }),
    });
    const translateOptions: TranslateOptions = {
      schema,
      now: NOW,
      ...(range ? { range } : {}),
      sources: (index) => ({
        table: quoted(index),
        column: (field) =>
          field.startsWith('attributes.')
            ? `attributes['${field.slice('attributes.'.length).replaceAll("'", "''")}']`
            : quoted(field),
      }),
    };
    const translated = translateQuery(checked, translateOptions);
    const result = await connection.runAndReadAll(translated.sql, [...translated.parameters] as DuckDBValue[]);
    const rows = result.getRows().map((row) => row.map(toQueryValue));
    const failures = translateFailures(checked, translateOptions);
    const failed = failures
      ? await connection.runAndReadAll(failures.sql, [...failures.parameters] as DuckDBValue[])
      : undefined;
    const found = (failed?.getRows() ?? []).map(([site, reason]) => ({ site: Number(site), reason: String(reason) }));
    const warnings = [...checked.warnings, ...failureWarnings(failures?.sites ?? [], found)];
    return { columns: translated.columns, rows, warnings, rowLimit: translated.rowLimit };
  };
  const records: Engine['records'] = async (query, parameters) => {
    const { columns, rows } = await run(query, parameters ? { parameters } : {});
    return rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])));
  };
  return {
    connection,
    run,
    records,
    value: async (expression, parameters) =>
      (await run(`ROW r = ${expression}`, parameters ? { parameters } : {})).rows[0]?.[0] ?? null,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
