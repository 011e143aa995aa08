import type { CheckedQuery } from '#esql/checked-query.ts';
import type { CallSource, TypedExpression } from '#esql/plan.ts';
import { evaluatedSteps } from './failures/evaluated-steps.ts';
import { findFailures, type FailureSite } from './failures/find-failures.ts';
import type { SqlParameter } from './steps/select-builder.ts';
import { aggregatedIn, aroundAggregatesIn, expressionsOf } from '#esql/step-expressions.ts';
import { startTranslation, type TranslateOptions } from './translate-query.ts';
import { translateStep } from './steps/translate-step.ts';
import type { Translation } from './translation.ts';

// Elasticsearch says no more of one place.
const MAX_REASONS = 20;

export interface TranslatedFailures {
  /** A SELECT of site (position in `sites`) and reason, each pair once and at most 20 reasons a site. */
  readonly sql: string;
  readonly parameters: readonly SqlParameter[];
  readonly sites: readonly CallSource[];
}

/**
 * Which rows of a checked query could not be computed, and why: a second query over the same rows,
 * because they may be grouped away, or filtered by what failed, before the answer. Null if none can fail.
 */
export const translateFailures = (checked: CheckedQuery, options: TranslateOptions): TranslatedFailures | null => {
  let atStep: FailureSite[] = [];
  const translation = startTranslation(checked.plan, options, {
    onAggregateFailure: (site) => atStep.push(site),
    onGroups: (step) => {
      look(aggregatedIn(step));
      note();
    },
    onAggregated: (step) => {
      look(aroundAggregatesIn(step));
      note();
    },
  });
  const { builder } = translation;
  const sites: CallSource[] = [];
  const selects: string[] = [];
  const look = (expressions: readonly TypedExpression[]): void => {
    atStep.push(...expressions.flatMap((expression) => findFailures(translation.context, expression)));
  };
  const note = (): void => {
    if (atStep.length === 0) return;
    for (const found of [atStep.filter(({ isList }) => !isList), atStep.filter(({ isList }) => isList)]) {
      if (found.length === 0) continue;
      selects.push(selectOf(translation, found, sites.length));
      sites.push(...found.map(({ source }) => source));
    }
    atStep = [];
  };
  for (const step of evaluatedSteps(checked.plan)) {
    // An assignment may use the ones before it in its step; what other steps read is there before them.
    if (step.kind === 'eval') translateStep(translation, step);
    look(step.kind === 'stats' ? step.groups.map(({ expression }) => expression) : expressionsOf(step));
    note();
    if (step.kind !== 'eval') translateStep(translation, step);
    note();
  }
  if (sites.length === 0) return null;
  const reasons = `SELECT DISTINCT site, reason FROM (${selects.join(' UNION ALL ')}) WHERE reason IS NOT NULL`;
  const { sql, parameters } = builder.finish(
    `SELECT site, reason FROM (${reasons}) QUALIFY row_number() OVER (PARTITION BY site ORDER BY reason) <= ${MAX_REASONS} ORDER BY site, reason`,
  );
  return { sql, parameters, sites };
};

const selectOf = ({ builder }: Translation, found: readonly FailureSite[], firstSite: number): string => {
  const aliases = found.map(({ reason }) => builder.once(reason));
  const numbers = found.map((_, at) => firstSite + at).join(', ');
  const select = `SELECT unnest([${numbers}]) AS site, unnest([${aliases.join(', ')}]) AS reason FROM ${builder.current()}`;
  return found[0]?.isList === true ? `SELECT site, unnest(reason) AS reason FROM (${select})` : select;
};

/** The warnings as Elasticsearch words them: of each place that it failed, then why. */
export const failureWarnings = (
  sites: readonly CallSource[],
  failures: readonly { readonly site: number; readonly reason: string }[],
): readonly string[] => {
  const warnings = sites.flatMap(({ line, column, text, failsAs }, at) => {
    const reasons = failures.filter(({ site }) => site === at).map(({ reason }) => `Line ${line}:${column}: ${reason}`);
    if (reasons.length === 0) return [];
    return [
      `Line ${line}:${column}: evaluation of [${text}] failed, treating result as ${failsAs ?? 'null'}. Only first ${MAX_REASONS} failures recorded.`,
      ...reasons,
    ];
  });
  return [...new Set(warnings)];
};
