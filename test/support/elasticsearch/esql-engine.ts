import { DuckDBInstance } from '@duckdb/node-api';
import { registerDigestOf } from '#adapters/duckdb/digest-of.ts';
import { toDuckdbValue, toQueryValue } from '#adapters/duckdb/query-value.ts';
import { failureWarnings, translateFailures } from '#adapters/duckdb/translate/translate-failures.ts';
import { type TranslateOptions, translateQuery } from '#adapters/duckdb/translate/translate-query.ts';
import { checkQuery } from '#esql/check-query.ts';
import type { Parameters } from '#esql/checked-query.ts';
import { EsqlError } from '#esql/errors.ts';
import { parseQuery } from '#esql/parse-query.ts';
import { DEFAULT_LIMITS } from '#esql/limits.ts';
import { printQuery } from '#esql/print-query.ts';
import type { FieldType, IndexSchema } from '#esql/schema.ts';
import type { QueryValue } from '#ports/telemetry-store.ts';
import { valuesAt } from './document-fields.ts';
import type { Upstream, UpstreamIndex } from './upstream.ts';

export type EngineAnswer =
  | {
      readonly kind: 'rows';
      readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
      readonly values: readonly (readonly QueryValue[])[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

export interface EsqlEngine {
  run(text: string, parameters: Parameters): Promise<EngineAnswer>;
  close(): void;
}

const SQL_TYPES: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  integer: 'INTEGER',
  long: 'BIGINT',
  double: 'DOUBLE',
  date: 'BIGINT',
};

const TYPES: Readonly<Record<string, FieldType>> = {
  boolean: 'boolean',
  byte: 'integer',
  short: 'integer',
  integer: 'integer',
  long: 'long',
  half_float: 'double',
  float: 'double',
  scaled_float: 'double',
  double: 'double',
  keyword: 'keyword',
  wildcard: 'keyword',
  text: 'text',
  date: 'date',
};

const typeOf = (mapped: string): FieldType | undefined => TYPES[mapped];
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Copy {
  readonly table: string;
  readonly columns: Map<string, string>;
  lastSeqNo: number;
  rows: number;
}

/** Runs one thing after the other. */
const createTurns = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work, work);
    last = result.catch(() => undefined);
    return result;
  };
};

/**
 * Answers ES|QL over the documents of a server that has none: keeps a copy of each index in DuckDB,
 * brought up to date by sequence number, and evaluates the query by Sentinel's own translation.
 * What it proves is what Sentinel sends and reads, not how Elasticsearch evaluates it.
 */
export const startEsqlEngine = async (upstream: Upstream, now: () => Date): Promise<EsqlEngine> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  registerDigestOf(connection);
  await connection.run("SET TimeZone = 'UTC'");
  const copies = new Map<string, Copy>();
  const inTurn = createTurns();

  const columnFor = async (copy: Copy, field: string, type: FieldType): Promise<string> => {
    const known = copy.columns.get(field);
    if (known !== undefined) return known;
    const column = `f${copy.columns.size}`;
    await connection.run(`ALTER TABLE ${copy.table} ADD COLUMN ${column} ${SQL_TYPES[type] ?? 'VARCHAR'}`);
    copy.columns.set(field, column);
    return column;
  };

  const insert = async (copy: Copy, index: UpstreamIndex, sources: readonly object[]): Promise<void> => {
    const fields = [...index.fields].flatMap(([field, mapped]) => {
      const type = typeOf(mapped);
      return type === undefined ? [] : [{ field, type }];
    });
    const columns: string[] = [];
    const shape: Record<string, readonly string[]> = {};
    const values: Record<string, readonly unknown[]> = {};
    for (const { field, type } of fields) {
      const column = await columnFor(copy, field, type);
      columns.push(column);
      shape[column] = [SQL_TYPES[type] ?? 'VARCHAR'];
      values[column] = sources.map((source) => {
        const value = valuesAt(source, index.parents.get(field) ?? field)[0] ?? null;
        return type === 'date' && typeof value === 'string' ? Date.parse(value) : value;
      });
    }
    const unnested = columns.map((column) => `unnest(slice.${column})`).join(', ');
    await connection.run(
      `INSERT INTO ${copy.table} (${columns.join(', ')}) SELECT ${unnested} FROM (SELECT from_json($1::VARCHAR, '${JSON.stringify(shape)}') AS slice)`,
      [JSON.stringify(values)],
    );
    copy.rows += sources.length;
  };

  const follow = async (copy: Copy, index: UpstreamIndex): Promise<void> => {
    for (;;) {
      const { sources, lastSeqNo } = await upstream.documentsAfter(index.name, copy.lastSeqNo);
      if (sources.length === 0) return;
      await insert(copy, index, sources);
      copy.lastSeqNo = lastSeqNo;
    }
  };

  const bringUpToDate = async (index: UpstreamIndex): Promise<Copy> => {
    let copy = copies.get(index.uuid);
    if (!copy) {
      copy = { table: quoted(`copy-${copies.size}`), columns: new Map(), lastSeqNo: -1, rows: 0 };
      await connection.run(`CREATE TABLE ${copy.table} (nothing INTEGER)`);
      copies.set(index.uuid, copy);
    }
    for (const [field, mapped] of index.fields) {
      const type = typeOf(mapped);
      if (type !== undefined) await columnFor(copy, field, type);
    }
    await follow(copy, index);
    if ((await upstream.count(index.name)) === copy.rows) return copy;
    // Documents were deleted.
    await connection.run(`DELETE FROM ${copy.table}`);
    Object.assign(copy, { lastSeqNo: -1, rows: 0 });
    await follow(copy, index);
    return copy;
  };

  const run = async (text: string, parameters: Parameters): Promise<EngineAnswer> => {
    const parsed = parseQuery(text, { ...DEFAULT_LIMITS, maxQueryLength: 1_000_000 });
    const { source, commands } = parsed;
    const read = source.kind === 'from' ? source.indices : [];
    const sources =
      read.length === 0
        ? []
        : await upstream.indices(read.map(({ pattern, isExcluded }) => (isExcluded ? `-${pattern}` : pattern)));
    if (read.length > 0 && sources.length === 0) return { kind: 'refused', reason: `Unknown index [${text}]` };
    const lookups = commands.flatMap((command) => (command.kind === 'lookup-join' ? [command.index.pattern] : []));
    const indices = [...sources, ...(lookups.length === 0 ? [] : await upstream.indices(lookups))];
    const schema = new Map<string, IndexSchema>();
    const found = new Map<string, Copy>();
    for (const index of indices) {
      const fields = [...index.fields].flatMap(([field, mapped]): [string, FieldType][] => {
        const type = typeOf(mapped);
        return type === undefined ? [] : [[field, type]];
      });
      schema.set(index.name, { fields: new Map(fields), isLookup: index.isLookup });
      found.set(index.name, await bringUpToDate(index));
    }
    // By the names of indices: those of aliases and data streams are the server's.
    const named = sources.map(({ name }) => ({ pattern: name, isExcluded: false, span: source.span }));
    const bySources = source.kind === 'from' ? printQuery({ ...parsed, source: { ...source, indices: named } }) : text;
    const checked = checkQuery(bySources, { schema, parameters, limits: { maxQueryLength: 10_000_000 } });
    const options: TranslateOptions = {
      schema,
      now: now(),
      sources: (name) => {
        const copy = found.get(name)!;
        return {
          table: copy.table,
          column: (field) =>
            schema.get(name)?.fields.get(field) === 'date'
              ? `epoch_ms(${copy.columns.get(field)!})`
              : copy.columns.get(field)!,
        };
      },
    };
    const translated = translateQuery(checked, options);
    const result = await connection.runAndReadAll(translated.sql, translated.parameters.map(toDuckdbValue));
    const failing = translateFailures(checked, options);
    const failures = failing
      ? await connection.runAndReadAll(failing.sql, failing.parameters.map(toDuckdbValue))
      : undefined;
    const failed = (failures?.getRows() ?? []).map(([site, reason]) => ({
      site: Number(site),
      reason: String(reason),
    }));
    return {
      kind: 'rows',
      columns: translated.columns,
      values: result.getRows().map((row) => row.map(toQueryValue)),
      warnings: failureWarnings(failing?.sites ?? [], failed),
    };
  };

  return {
    run: (text, parameters) =>
      inTurn(async () => {
        try {
          return await run(text, parameters);
        } catch (error) {
          if (error instanceof EsqlError) return { kind: 'refused', reason: error.report() };
          throw error;
        }
      }),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
};
