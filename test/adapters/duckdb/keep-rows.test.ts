import type { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFewRows, withKeptRows } from '#adapters/duckdb/keep-rows.ts';
import { openDuckdb } from '#adapters/duckdb/open-duckdb.ts';
import { toDuckdbValue } from '#adapters/duckdb/query-value.ts';
import { createTableSql } from '#adapters/duckdb/telemetry-tables.ts';
import type { SqlParameter } from '#adapters/duckdb/translate/steps/select-builder.ts';
import type { TranslateOptions } from '#adapters/duckdb/translate/translate-query.ts';
import { checkQuery } from '#esql/check-query.ts';
import { TELEMETRY_TABLES } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';

const NOW = new Date('2026-11-21T02:30:00.000Z');
const FEW = 'FROM logs | WHERE level == "error" | STATS COUNT(*) BY CATEGORIZE(message)';

let connection: DuckDBConnection;
let close: () => void;

beforeEach(async () => {
  const instance = await openDuckdb({ file: ':memory:', dataDirectorySetting: 'dataDirectory' });
  connection = await instance.connect();
  await connection.run(createTableSql(TELEMETRY_TABLES.logs));
  await connection.run(
    `INSERT INTO logs ("@timestamp", "service.name", level, message)
     SELECT TIMESTAMP '2026-11-21 02:29:00', 'press', CASE WHEN n % 10 = 0 THEN 'error' ELSE 'info' END, 'paper jam at roller ' || n
     FROM range(110000) numbers(n)`,
  );
  close = () => {
    connection.closeSync();
    instance.closeSync();
  };
});
afterEach(() => close());

const read = async (sql: string, parameters: readonly SqlParameter[] = []) =>
  (await connection.runAndReadAll(sql, parameters.map(toDuckdbValue))).getRows();

const OPTIONS: TranslateOptions = {
  schema: new Map(Object.entries(TELEMETRY_SCHEMA)),
  now: NOW,
  sources: () => ({ table: 'logs', column: (field) => `"${field}"` }),
};

const keep = async <Result>(text: string, work: (table: string) => Promise<Result>): Promise<Result | null> => {
  const few = await findFewRows({ read }, checkQuery(text, { schema: OPTIONS.schema }), OPTIONS);
  if (few === null) return null;
  return withKeptRows({ read }, few, OPTIONS, async ({ kept }) => work(kept?.table ?? ''));
};

const keptOf = (text: string) =>
  keep(text, async (table) => Number((await read(`SELECT count(*) FROM ${table}`))[0]?.[0]));

const temporaryTables = async () => (await read('SELECT table_name FROM duckdb_tables() WHERE temporary')).flat();

describe('rows for CATEGORIZE', () => {
  it('are kept where they are few, without those that the conditions before it leave out', async () => {
    expect(await keptOf(FEW)).toBe(11_000);
  });

  it.each([
    ['more than a hundred thousand', 'FROM logs | STATS COUNT(*) BY CATEGORIZE(message)'],
    ['found by their messages', 'FROM logs | WHERE message LIKE "*7" | STATS COUNT(*) BY CATEGORIZE(message)'],
    ['counted no sooner than found', 'FROM logs | SAMPLE 0.001 | STATS COUNT(*) BY CATEGORIZE(message)'],
    ['asked of nothing', 'FROM logs | WHERE level == "error" | STATS COUNT(*) BY level'],
  ])('are not kept where they are %s', async (_, text) => {
    expect(await keptOf(text)).toBeNull();
    expect(await temporaryTables()).toEqual([]);
  });

  it('are gone when the work is done, and when it fails', async () => {
    await keptOf(FEW);
    expect(await temporaryTables()).toEqual([]);
    await expect(keep(FEW, () => Promise.reject(new Error('jam')))).rejects.toThrow('jam');
    expect(await temporaryTables()).toEqual([]);
  });

  it('replace those that a query which was stopped could not free', async () => {
    await read('CREATE TEMP TABLE kept_rows AS SELECT 1 AS c1');
    expect(await keptOf(FEW)).toBe(11_000);
  });
});
