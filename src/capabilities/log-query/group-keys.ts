import type { Plan, PlanStep, StatsStep } from '#esql/plan.ts';

const isGrouping = (step: PlanStep): step is StatsStep => step.kind === 'stats' && !step.isInline;

/** The columns of the answer that tell its rows apart: what the last STATS grouped by. Empty without one. */
export const groupKeys = ({ steps, output }: Plan): readonly string[] => {
  const stats = steps.findLast(isGrouping);
  const groups = new Set(stats?.groups.map(({ column }) => column.id));
  return output.filter(({ id }) => groups.has(id)).map(({ name }) => name);
};
