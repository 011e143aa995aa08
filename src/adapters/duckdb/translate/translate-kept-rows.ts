import type { CheckedQuery } from '#esql/checked-query.ts';
import { expressionsOf } from '#esql/step-expressions.ts';
import { columnsOf } from '#esql/used-columns.ts';
import type { SqlParameter } from './steps/select-builder.ts';
import type { Categorized } from './translate-forms.ts';
import { startTranslation, type TranslateOptions, translateSteps } from './translate-query.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
}

/**
 * Whether it is cheap to count the rows that CATEGORIZE is given: sources and conditions alone make them, and no
 * condition reads the message.
 */
export const isCheaplyCounted = ({ call, before }: Categorized): boolean => {
  const read = columnsOf(before.flatMap(expressionsOf));
  const isNarrowing = before.every(({ kind }) => kind === 'from' || kind === 'where');
  return isNarrowing && [...columnsOf(call.arguments)].every((id) => !read.has(id));
};

/** How many rows CATEGORIZE is given, and a statement that keeps them in a table. */
export const translateKeptRows = (
  checked: CheckedQuery,
  { before }: Categorized,
  options: TranslateOptions,
  table: string,
): { readonly count: Statement; readonly keep: Statement } => {
  const of = (select: string): Statement => {
    const translation = startTranslation(checked.plan, options);
    translateSteps(translation, before, options);
    const { builder } = translation;
    return builder.finish(`SELECT ${select} FROM ${builder.current()}`);
  };
  const kept = of('*');
  return { count: of('count(*)'), keep: { ...kept, sql: `CREATE OR REPLACE TEMP TABLE ${table} AS ${kept.sql}` } };
};
