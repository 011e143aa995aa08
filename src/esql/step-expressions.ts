import type { PlanStep, StatsStep, TypedExpression } from './plan.ts';

/** What the aggregates of a step take and are filtered by. */
export const aggregatedIn = (step: StatsStep): readonly TypedExpression[] =>
  step.aggregates.flatMap(({ arguments: values, filter }) => (filter ? [...values, filter] : values));

/** The expressions around the aggregates of a step that belong to it, and to no EVAL after it. */
export const aroundAggregatesIn = (step: StatsStep): readonly TypedExpression[] =>
  (step.gathered?.around ?? []).map(({ expression }) => expression);

/** The expressions of a step, each as a whole. */
export const expressionsOf = (step: PlanStep): readonly TypedExpression[] => {
  switch (step.kind) {
    case 'where':
      return [step.condition];
    case 'eval':
      return step.assignments.map(({ expression }) => expression);
    case 'stats':
      return [...step.groups.map(({ expression }) => expression), ...aggregatedIn(step), ...aroundAggregatesIn(step)];
    case 'mv-expand':
      return [step.expression];
    case 'change-point':
      return [step.value, step.key];
    case 'lookup-join':
      return [...step.keys.map(({ expression }) => expression), ...step.compared];
    case 'sort':
      return step.keys.map(({ expression }) => expression);
    default:
      return [];
  }
};
