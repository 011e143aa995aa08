import type { CheckedQuery } from '#esql/checked-query.ts';
import type { CallSource, Plan, PlanStep } from '#esql/plan.ts';
import type { FieldType, Schema } from '#esql/schema.ts';
import { usedColumns } from '#esql/used-columns.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { invariant } from '#kernel/invariant.ts';
import { maxBuiltBytes } from './built-size.ts';
import { writtenValue } from './sql/written-value.ts';
import { createSelectBuilder } from './steps/select-builder.ts';
import type { SqlParameter } from './steps/select-builder.ts';
import { seriesSql } from './steps/translate-change-point.ts';
import { orderBy, translateStep } from './steps/translate-step.ts';
import type { FoundChange, IndexSource, Translation } from './translation.ts';

/** A table that holds the rows which the first steps of a plan leave, with all their columns. */
export interface KeptRows {
  readonly steps: number;
  readonly table: string;
}

export interface TranslateOptions {
  readonly schema: Schema;
  /** What NOW() is. */
  readonly now: Date;
  /** Rows of the source indices outside it are not seen. */
  readonly range?: TimeWindow;
  readonly sources: (index: string) => IndexSource;
  /** Of the messages that each CATEGORIZE is given, by its place; `categorizeMessages` finds them. */
  readonly categories?: ReadonlyMap<string, string>;
  /** What the CHANGE_POINTs of the query found, in order; null is nothing. */
  readonly changes?: readonly (FoundChange | null)[];
  /** Instead of finding them again. */
  readonly kept?: KeptRows;
}

export interface TranslatedQuery {
  /** One SELECT whose columns are those of `columns` by position; their names in SQL mean nothing. */
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
  readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
  /** An answer with as many rows may be cut. */
  readonly rowLimit: number;
}

/** The beginning of a translation, to which the plan's steps are added. */
export const startTranslation = (
  plan: Plan,
  options: TranslateOptions,
  notices: Partial<Pick<Translation, 'onAggregateFailure' | 'onGroups' | 'onAggregated'>> = {},
): Translation => {
  const builder = createSelectBuilder();
  return {
    builder,
    context: {
      bind: builder.bind,
      once: builder.once,
      text: builder.text,
      nowMs: options.now.getTime(),
      categories: options.categories ?? new Map(),
      maxBuiltBytes: maxBuiltBytes(plan),
    },
    used: usedColumns(plan),
    range: options.range,
    sources: (index) => {
      invariant(options.schema.has(index), `the schema still has the index ${index} of a checked query`);
      return options.sources(index);
    },
    onAggregateFailure: () => undefined,
    onGroups: () => undefined,
    onAggregated: () => undefined,
    ...notices,
    changes: [...(options.changes ?? [])],
    order: [],
    ties: [],
    areFew: false,
  };
};

/** Adds the first steps of the plan to its translation. */
export const translateSteps = (
  translation: Translation,
  steps: readonly PlanStep[],
  { kept }: TranslateOptions,
): void => {
  for (const [at, step] of steps.entries()) {
    translateStep(translation, step);
    if (kept?.steps === at + 1) translation.builder.continueFrom(kept.table);
  }
};

/** The series of the first CHANGE_POINT of which `options.changes` says nothing yet; null if there is none. */
export const translateSeries = (
  checked: CheckedQuery,
  options: TranslateOptions,
): { readonly sql: string; readonly parameters: readonly SqlParameter[]; readonly source: CallSource } | null => {
  const { steps } = checked.plan;
  const places = steps.flatMap((step, at) => (step.kind === 'change-point' ? [at] : []));
  const at = places[options.changes?.length ?? 0];
  const step = at === undefined ? undefined : steps[at];
  if (step?.kind !== 'change-point') return null;
  const translation = startTranslation(checked.plan, options);
  translateSteps(translation, steps.slice(0, at), options);
  return { ...translation.builder.finish(seriesSql(translation, step)), source: step.source };
};

/**
 * A checked query as DuckDB SQL of the same meaning: every value is bound, no name of the query
 * appears, and a row whose expression fails (overflow, division by zero, a text that is no number)
 * holds null there; `translateFailures` asks which ones did. Elastic's ES|QL reference.
 */
export const translateQuery = (checked: CheckedQuery, options: TranslateOptions): TranslatedQuery => {
  const { plan } = checked;
  const translation = startTranslation(plan, options);
  const { builder } = translation;
  translateSteps(translation, plan.steps, options);
  const columns = plan.output.map(({ id, type, isMulti }) => writtenValue(type, `c${id}`, isMulti)).join(', ');
  const end = builder.current();
  const limit = builder.bind(BigInt(plan.rowLimit), 'long');
  const { sql, parameters } = builder.finish(`SELECT ${columns} FROM ${end}${orderBy(translation)} LIMIT ${limit}`);
  return { sql, parameters, columns: checked.columns, rowLimit: plan.rowLimit };
};
