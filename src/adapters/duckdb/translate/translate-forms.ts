import { categorizeCall } from '#esql/check/check-categorize.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { PlanStep, TypedCall } from '#esql/plan.ts';
import { messageForm } from './sql/message-form.ts';
import type { SqlParameter } from './steps/select-builder.ts';
import { eachMessage } from './steps/each-message.ts';
import { startTranslation, type TranslateOptions, translateSteps } from './translate-query.ts';

const FORMS_OF_NO_MESSAGE = 2;

export interface Categorized {
  readonly call: TypedCall;
  readonly before: readonly PlanStep[];
}

/** The calls of CATEGORIZE in a plan, one a STATS at most, each with the steps before it. */
export const findCategorized = (steps: readonly PlanStep[]): readonly Categorized[] =>
  steps.flatMap((step, at) => {
    if (step.kind !== 'stats') return [];
    const call = step.groups.map(({ expression }) => categorizeCall(expression)).find((found) => found !== null);
    return call ? [{ call, before: steps.slice(0, at) }] : [];
  });

/**
 * The forms of the messages that CATEGORIZE is given, the most frequent first: all, or so many and one more.
 * An empty form and null are of rows without a message.
 */
export const translateForms = (
  checked: CheckedQuery,
  { call, before }: Categorized,
  options: TranslateOptions,
  maxForms: number,
): { readonly sql: string; readonly parameters: readonly SqlParameter[] } => {
  const translation = startTranslation(checked.plan, options);
  const { builder } = translation;
  translateSteps(translation, before, options);
  const text = eachMessage(translation, call);
  const rows = builder.current();
  // A condition on the message would make DuckDB read that of every row, not only of those that are left.
  return builder.finish(
    `SELECT ${messageForm(text)} AS form FROM ${rows} GROUP BY form ORDER BY count(*) DESC, form LIMIT ${maxForms + 1 + FORMS_OF_NO_MESSAGE}`,
  );
};
