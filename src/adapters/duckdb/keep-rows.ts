import type { CheckedQuery } from '#esql/checked-query.ts';
import type { CategorizeDeps } from './categorize-messages.ts';
import { findCategorized } from './translate/translate-forms.ts';
import { isCheaplyCounted, type Statement, translateKeptRows } from './translate/translate-kept-rows.ts';
import type { TranslateOptions } from './translate/translate-query.ts';

type ReadDeps = Pick<CategorizeDeps, 'read'>;

/** Rows that the first steps of a plan leave, few enough to be kept. */
interface FewRows {
  readonly steps: number;
  readonly keep: Statement;
}

// More would take memory that other queries need.
const MAX_KEPT_ROWS = 100_000;
// Of the connection; what a query that was stopped could not free, the next one replaces.
const TABLE = 'temp.kept_rows';

/**
 * CATEGORIZE looks twice at its messages, and to find a few among many takes longer than all that is done with them:
 * the rows that are to be read once, and kept. Null: none, or too many, or it is not cheap to tell.
 */
export const findFewRows = async (
  { read }: ReadDeps,
  checked: CheckedQuery,
  options: TranslateOptions,
): Promise<FewRows | null> => {
  const [first] = findCategorized(checked.plan.steps);
  if (!first || !isCheaplyCounted(first)) return null;
  const { count, keep } = translateKeptRows(checked, first, options, TABLE);
  const [[rows] = []] = await read(count.sql, count.parameters);
  return Number(rows) > MAX_KEPT_ROWS ? null : { steps: first.before.length, keep };
};

/** Keeps the rows until the work is done, all on one connection. */
export const withKeptRows = async <Result>(
  { read }: ReadDeps,
  { steps, keep }: FewRows,
  options: TranslateOptions,
  work: (options: TranslateOptions) => Promise<Result>,
): Promise<Result> => {
  await read(keep.sql, keep.parameters);
  try {
    return await work({ ...options, kept: { steps, table: TABLE } });
  } finally {
    await read(`DROP TABLE ${TABLE}`, []);
  }
};
