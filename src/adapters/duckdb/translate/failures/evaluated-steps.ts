import type { Plan, PlanStep, TypedExpression, WhereStep } from '#esql/plan.ts';
import { expressionsOf } from '#esql/step-expressions.ts';
import { columnsOf } from '#esql/used-columns.ts';

/** Whether a step leaves rows and their values as they are, and only adds to them or orders them. */
const isPassed = ({ kind }: PlanStep): boolean => kind === 'eval' || kind === 'sort' || kind === 'lookup-join';

const madeBy = (step: PlanStep): readonly number[] => {
  if (step.kind === 'eval') return step.assignments.map(({ column }) => column.id);
  return step.kind === 'lookup-join' ? step.added.map(({ column }) => column.id) : [];
};

const conjunctsOf = (condition: TypedExpression): readonly TypedExpression[] =>
  condition.kind === 'call' && condition.function === 'AND' ? condition.arguments.flatMap(conjunctsOf) : [condition];

/** The conditions as one again: all of them are asked of every row that comes to them. */
const whereAll = (step: WhereStep, conditions: readonly TypedExpression[]): readonly WhereStep[] => {
  const [only] = conditions;
  if (only === undefined) return [];
  if (conditions.length === 1 || step.condition.kind !== 'call') return [{ kind: 'where', condition: only }];
  return [{ kind: 'where', condition: { ...step.condition, arguments: conditions } }];
};

/** A step's place before the ones that it may pass, of which there are as many at the end. */
const startOfPassed = (steps: readonly PlanStep[], passes: (step: PlanStep) => boolean): number =>
  steps.findLastIndex((step) => !passes(step)) + 1;

/** Conditions are asked before what they do not need is computed, and rows are cut before. */
const withRowsLeftOut = (steps: readonly PlanStep[]): readonly PlanStep[] => {
  const moved: PlanStep[] = [];
  for (const step of steps) {
    if (step.kind === 'limit')
      moved.splice(
        startOfPassed(moved, ({ kind }) => kind === 'eval'),
        0,
        step,
      );
    else if (step.kind === 'where') {
      const start = startOfPassed(moved, isPassed);
      const made = new Set(moved.slice(start).flatMap(madeBy));
      const needs = (one: TypedExpression): boolean => [...columnsOf([one])].some((id) => made.has(id));
      const conjuncts = conjunctsOf(step.condition);
      moved.splice(
        start,
        0,
        ...whereAll(
          step,
          conjuncts.filter((one) => !needs(one)),
        ),
      );
      moved.push(...whereAll(step, conjuncts.filter(needs)));
    } else moved.push(step);
  }
  return moved;
};

/** Without the assignments that nothing reads. */
const withColumnsLeftOut = (steps: readonly PlanStep[], output: Plan['output']): readonly PlanStep[] => {
  const read = new Set(output.map(({ id }) => id));
  const kept: PlanStep[] = [];
  for (const step of steps.toReversed()) {
    const assignments = step.kind === 'eval' ? [...step.assignments] : [];
    for (const { column, expression } of assignments.toReversed())
      if (read.has(column.id)) for (const id of columnsOf([expression])) read.add(id);
    const needed: PlanStep =
      step.kind === 'eval' ? { ...step, assignments: assignments.filter(({ column }) => read.has(column.id)) } : step;
    if (step.kind !== 'eval') for (const id of columnsOf(expressionsOf(step))) read.add(id);
    if (step.kind === 'lookup-join' && step.condition) for (const id of columnsOf([step.condition])) read.add(id);
    kept.unshift(needed);
  }
  return kept;
};

/**
 * What Elasticsearch evaluates of a query over indices: not the columns that nobody reads, and nothing of rows that a
 * later condition or LIMIT leaves out without them. In another order than the query's, with the same rows at its end.
 */
export const evaluatedSteps = ({ steps, output, rowLimit }: Plan): readonly PlanStep[] => {
  if (steps[0]?.kind !== 'from') return steps;
  const limited = withRowsLeftOut([...steps, { kind: 'limit', count: rowLimit }]);
  return withColumnsLeftOut(limited, output);
};
