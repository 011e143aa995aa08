import type { DuckDBValue } from '@duckdb/node-api';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { Schema } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';
import type { QueryAnswer, QueryRequest } from '#ports/telemetry-store.ts';
import { categorizeMessages } from './categorize-messages.ts';
import { duckdbFault } from './duckdb-fault.ts';
import { findChanges } from './find-changes.ts';
import { toDuckdbValue, toQueryValue } from './query-value.ts';
import type { ReaderPool, ReadLimits } from './reader-pool.ts';
import { readRows } from './read-rows.ts';
import type { SqlParameter } from './translate/steps/select-builder.ts';
import { failureWarnings, translateFailures } from './translate/translate-failures.ts';
import { type TranslateOptions, translateQuery } from './translate/translate-query.ts';
import type { IndexSource } from './translate/translation.ts';

export interface AskDuckdbDeps {
  readonly clock: Clock;
  readonly pool: ReaderPool;
}

/** The tables that a query may read: any schema, not only that of telemetry. */
export interface AskedTables {
  readonly schema: Schema;
  readonly sources: (index: string) => IndexSource;
}

const read = (
  { pool }: AskDuckdbDeps,
  sql: string,
  parameters: readonly SqlParameter[],
  limits: ReadLimits,
  maxBytes: number | null = null,
): Promise<DuckDBValue[][]> =>
  pool.read(limits, (connection, stopped) =>
    readRows(connection, sql, parameters.map(toDuckdbValue), { stopped, maxBytes }),
  );

const findFailures = async (
  deps: AskDuckdbDeps,
  query: CheckedQuery,
  options: TranslateOptions,
  limits: ReadLimits,
): Promise<readonly string[]> => {
  const translated = translateFailures(query, options);
  if (!translated) return [];
  try {
    const rows = await read(deps, translated.sql, translated.parameters, limits);
    return failureWarnings(
      translated.sites,
      rows.map(([site, reason]) => ({ site: Number(site), reason: String(reason) })),
    );
  } catch (error) {
    const fault = duckdbFault(error);
    if (fault.code !== 'timeout') throw fault;
    return ['Whether all rows could be computed was not found out within the time limit.'];
  }
};

/** Answers a checked query from tables of DuckDB. Throws AppError. */
export const askDuckdb = async (
  deps: AskDuckdbDeps,
  tables: AskedTables,
  request: QueryRequest,
): Promise<Omit<QueryAnswer, 'tookMs'>> => {
  const { query, range, timeoutMs, signal } = request;
  const startedMs = performance.now();
  const limits = (): ReadLimits => ({
    timeoutMs: Math.max(0, Math.ceil(timeoutMs - (performance.now() - startedMs))),
    signal,
  });
  const ask = (sql: string, parameters: readonly SqlParameter[]): Promise<DuckDBValue[][]> =>
    read(deps, sql, parameters, limits());
  const { options: categorized, warnings } = await categorizeMessages({ read: ask }, query, {
    schema: tables.schema,
    now: deps.clock.now(),
    ...(range ? { range } : {}),
    sources: tables.sources,
  });
  const found = await findChanges(query, categorized, ask);
  const options = { ...categorized, changes: found.changes };
  const translated = translateQuery(query, options);
  const maxBytes = request.maxAnswerBytes ?? null;
  const values = await read(deps, translated.sql, translated.parameters, limits(), maxBytes);
  const failures = request.withFailureWarnings ? await findFailures(deps, query, options, limits()) : [];
  return {
    columns: translated.columns,
    rows: values.map((row) => row.map(toQueryValue)),
    warnings: [...query.warnings, ...warnings, ...found.warnings, ...failures],
    isCut: values.length >= translated.rowLimit,
  };
};
