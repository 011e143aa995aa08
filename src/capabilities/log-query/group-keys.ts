import type { Plan, PlanStep, StatsStep } from '#esql/plan.ts';

export const isGrouping = (step: PlanStep): step is StatsStep => step.kind === 'stats' && !step.isInline;

/** The columns of the answer that tell its rows apart: what the last STATS grouped by. Empty without one. */
export const groupKeys = ({ steps, output }: Plan): readonly string[] => {
  const stats = steps.findLast(isGrouping);
  const groups = new Set(stats?.groups.map(({ column }) => column.id));
  return output.filter(({ id }) => groups.has(id)).map(({ name }) => name);
};

const KEEPING_ROWS: ReadonlySet<PlanStep['kind']> = new Set(['eval', 'sort']);

/** The columns of the answer that count the rows of a group, so that a group which is missing has none. */
export const countColumns = ({ steps, output }: Plan): readonly string[] => {
  const at = steps.findLastIndex(isGrouping);
  const stats = steps[at];
  if (stats === undefined || !isGrouping(stats)) return [];
  // After a LIMIT a group may be missing for another reason.
  if (!steps.slice(at + 1).every(({ kind }) => KEEPING_ROWS.has(kind))) return [];
  const counts = new Set(
    stats.aggregates.filter((aggregate) => aggregate.function === 'COUNT').map(({ column }) => column.id),
  );
  return output.filter(({ id }) => counts.has(id)).map(({ name }) => name);
};
