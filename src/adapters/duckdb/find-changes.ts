import type { CheckedQuery } from '#esql/checked-query.ts';
import type { CallSource } from '#esql/plan.ts';
import { detectChangePoint, MIN_CHANGE_POINT_VALUES } from '#statistics/change-point.ts';
import type { DuckDBValue } from '@duckdb/node-api';
import { ARGUMENT } from './translate/failures/failure.ts';
import type { SqlParameter } from './translate/steps/select-builder.ts';
import { MAX_CHANGE_POINT_ROWS } from './translate/steps/translate-change-point.ts';
import type { FoundChange } from './translate/translation.ts';
import { failureWarnings } from './translate/translate-failures.ts';
import { translateSeries, type TranslateOptions } from './translate/translate-query.ts';

export interface FoundChanges {
  readonly changes: readonly (FoundChange | null)[];
  readonly warnings: readonly string[];
}

const SEVERAL =
  'values contains multivalue entries; skipping them (please consider reducing them with e.g. MV_AVG or MV_SUM)';

const lookIn = (rows: readonly DuckDBValue[][]): { found: FoundChange | null; reasons: readonly string[] } => {
  const reasons: string[] = [];
  const looked = rows.slice(0, MAX_CHANGE_POINT_ROWS);
  const series = looked.map(([value]) => (typeof value === 'number' ? value : null));
  const several = looked.filter(([, hasSeveral]) => hasSeveral === true).length;
  const positions = series.flatMap((value, at) => (value === null ? [] : [at]));
  const values = series.filter((value) => value !== null);
  if (rows.length > MAX_CHANGE_POINT_ROWS)
    reasons.push(`too many values; keeping only first ${MAX_CHANGE_POINT_ROWS} values`);
  if (values.length + several < series.length) reasons.push('values contain nulls; skipping them');
  if (several > 0) reasons.push(SEVERAL);
  if (values.length < MIN_CHANGE_POINT_VALUES)
    reasons.push(
      `not enough buckets to calculate change_point. Requires at least [${MIN_CHANGE_POINT_VALUES}]; found [${values.length}]`,
    );
  const change = detectChangePoint(values);
  const row = change === null ? undefined : positions[change.index];
  return {
    found: change === null || row === undefined ? null : { row: row + 1, kind: change.kind, pValue: change.pValue },
    reasons,
  };
};

/** Looks into the series of each CHANGE_POINT, one query for each: a later one may read what an earlier one found. */
export const findChanges = async (
  query: CheckedQuery,
  options: TranslateOptions,
  read: (sql: string, parameters: readonly SqlParameter[]) => Promise<DuckDBValue[][]>,
): Promise<FoundChanges> => {
  const changes: (FoundChange | null)[] = [];
  const warnings: string[] = [];
  for (;;) {
    const series = translateSeries(query, { ...options, changes });
    if (!series) return { changes, warnings };
    const { found, reasons } = lookIn(await read(series.sql, series.parameters));
    changes.push(found);
    warnings.push(...warningsOf(series.source, reasons));
  }
};

const warningsOf = (source: CallSource, reasons: readonly string[]): readonly string[] =>
  failureWarnings(
    [source],
    reasons.map((reason) => ({ site: 0, reason: `${ARGUMENT} ${reason}` })),
  );
