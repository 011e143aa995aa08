import { categorizeCall } from '#esql/check/check-categorize.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { PlanStep, TypedCall } from '#esql/plan.ts';
import { emitExpression } from './emitters/emit-expression.ts';
import { messageForm } from './sql/message-form.ts';
import type { SqlParameter } from './steps/select-builder.ts';
import { startTranslation, type TranslateOptions } from './translate-query.ts';
import { translateStep } from './steps/translate-step.ts';

const FORMS_OF_NO_MESSAGE = 2;

/** The calls of CATEGORIZE in a plan, one a STATS at most, each with the steps before it. */
export const findCategorized = (
  steps: readonly PlanStep[],
): readonly { readonly call: TypedCall; readonly before: readonly PlanStep[] }[] =>
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
  { call, before }: { readonly call: TypedCall; readonly before: readonly PlanStep[] },
  options: TranslateOptions,
  maxForms: number,
): { readonly sql: string; readonly parameters: readonly SqlParameter[] } => {
  const translation = startTranslation(checked.plan, options);
  const { builder, context } = translation;
  for (const step of before) translateStep(translation, step);
  const [message] = call.arguments;
  const text = message ? context.once(emitExpression(context, message)) : "''";
  const rows = builder.current();
  // A condition on the message would make DuckDB read that of every row, not only of those that are left.
  return builder.finish(
    `SELECT ${messageForm(text)} AS form FROM ${rows} GROUP BY form ORDER BY count(*) DESC, form LIMIT ${maxForms + 1 + FORMS_OF_NO_MESSAGE}`,
  );
};
