import type { Plan } from '#esql/plan.ts';
import { isDate } from '#esql/types.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { isGrouping } from './group-keys.ts';

/** Groups by time, which come in any order where no SORT follows them, in the order of time; equal ones stay as they are. */
export const inTimeOrder = <Answer extends Pick<QueryAnswer, 'rows'>>(
  answer: Answer,
  { steps, output }: Plan,
): Answer => {
  const at = steps.findLastIndex(isGrouping);
  const stats = steps[at];
  if (stats === undefined || !isGrouping(stats) || steps.slice(at).some(({ kind }) => kind === 'sort')) return answer;
  const times = new Set(stats.groups.filter(({ column }) => isDate(column.type)).map(({ column }) => column.id));
  const key = output.findIndex(({ id }) => times.has(id));
  if (key === -1) return answer;
  const timeOf = (row: Answer['rows'][number]): string => {
    const value = row[key];
    // Rows without a time come last.
    return typeof value === 'string' ? value : '\uffff';
  };
  const rows = answer.rows.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0));
  return { ...answer, rows };
};
