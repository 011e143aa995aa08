import type { Plan } from '#esql/plan.ts';

/** The columns of the answer that tell its rows apart: what the last STATS grouped by. Empty without one. */
export const groupKeys = ({ steps, output }: Plan): readonly string[] => {
  const stats = steps.findLast((step) => step.kind === 'stats');
  const groups = new Set(stats?.groups.map(({ column }) => column.id));
  return output.filter(({ id }) => groups.has(id)).map(({ name }) => name);
};
