import type { CheckedQuery } from '#esql/checked-query.ts';
import { translateFailures } from '../adapters/duckdb/translate/translate-failures.ts';
import { type TranslateOptions, translateQuery } from '../adapters/duckdb/translate/translate-query.ts';

/** What the embedded engine does of a person's query before its database sees it; for benchmarks. */
export const translateEmbedded = (checked: CheckedQuery, options: TranslateOptions): readonly string[] => {
  const failures = translateFailures(checked, options);
  return [translateQuery(checked, options).sql, ...(failures ? [failures.sql] : [])];
};
