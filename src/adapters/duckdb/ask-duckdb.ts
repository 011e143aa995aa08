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
import { findFewRows, withKeptRows } from './keep-rows.ts';
import { isAppError } from '#kernel/errors.ts';
import type { SqlParameter } from './translate/steps/select-builder.ts';
import { failureWarnings, translateFailures } from './translate/translate-failures.ts';
import { type TranslatedQuery, type TranslateOptions, translateQuery } from './translate/translate-query.ts';
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

type Ask = (sql: string, parameters: readonly SqlParameter[], maxBytes?: number | null) => Promise<DuckDBValue[][]>;

/** Only what DuckDB throws is a fault of DuckDB; whatever else the work throws is a bug, and stays one. */
const onOneConnection = async <Result>(
  { pool }: AskDuckdbDeps,
  limits: ReadLimits,
  work: (ask: Ask) => Promise<Result>,
): Promise<Result> => {
  const done = await pool.read(limits, async (connection, stopped) => {
    const ask: Ask = async (sql, parameters, maxBytes = null) => {
      try {
        return await readRows(connection, sql, parameters.map(toDuckdbValue), { stopped, maxBytes });
      } catch (error) {
        throw duckdbFault(error);
      }
    };
    try {
      return { result: await work(ask) };
    } catch (error) {
      if (isAppError(error)) throw error;
      return { bug: error };
    }
  });
  if ('bug' in done) throw done.bug;
  return done.result;
};

const findFailures = async (
  deps: AskDuckdbDeps,
  query: CheckedQuery,
  options: TranslateOptions,
  limits: ReadLimits,
): Promise<readonly string[]> => {
  const translated = translateFailures(query, options);
  if (!translated) return [];
  try {
    const rows = await onOneConnection(deps, limits, (ask) => ask(translated.sql, translated.parameters));
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

interface Answered {
  readonly translated: TranslatedQuery;
  readonly values: readonly DuckDBValue[][];
  readonly options: TranslateOptions;
  readonly warnings: readonly string[];
}

const answer = async (
  deps: { readonly ask: Ask; readonly stopped: AbortSignal },
  query: CheckedQuery,
  options: TranslateOptions,
  maxBytes: number | null,
): Promise<Answered> => {
  const { ask, stopped } = deps;
  const categorized = await categorizeMessages({ read: ask, stopped }, query, options);
  const { changes, warnings } = await findChanges(query, categorized.options, ask);
  const known = { ...categorized.options, changes };
  const translated = translateQuery(query, known);
  const values = await ask(translated.sql, translated.parameters, maxBytes);
  return { translated, values, options: known, warnings: [...categorized.warnings, ...warnings] };
};

/** Answers a checked query from tables of DuckDB. Throws AppError. */
export const askDuckdb = async (
  deps: AskDuckdbDeps,
  tables: AskedTables,
  request: QueryRequest,
): Promise<Omit<QueryAnswer, 'tookMs'>> => {
  const { query, range, timeoutMs, signal, isUrgent } = request;
  const startedMs = performance.now();
  const limits = (): ReadLimits => ({
    timeoutMs: Math.max(0, Math.ceil(timeoutMs - (performance.now() - startedMs))),
    signal,
    isUrgent,
  });
  const asked: TranslateOptions = {
    schema: tables.schema,
    now: deps.clock.now(),
    ...(range ? { range } : {}),
    sources: tables.sources,
  };
  const stopped = AbortSignal.any([AbortSignal.timeout(limits().timeoutMs), ...(signal ? [signal] : [])]);
  const ask: Ask = (...statement) => onOneConnection(deps, limits(), (askThere) => askThere(...statement));
  const maxBytes = request.maxAnswerBytes ?? null;
  const few = await findFewRows({ read: ask }, query, asked);
  const { translated, values, options, warnings } = few
    ? await onOneConnection(deps, limits(), (askThere) =>
        withKeptRows({ read: askThere }, few, asked, (kept) =>
          answer({ ask: askThere, stopped }, query, kept, maxBytes),
        ),
      )
    : await answer({ ask, stopped }, query, asked, maxBytes);
  const failures = request.withFailureWarnings ? await findFailures(deps, query, options, limits()) : [];
  return {
    columns: translated.columns,
    rows: values.map((row) => row.map(toQueryValue)),
    warnings: [...query.warnings, ...warnings, ...failures],
    isCut: values.length >= translated.rowLimit,
  };
};
