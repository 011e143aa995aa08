import type { DatabaseTransaction } from '#database/state-store.ts';
import type { AppliedFolding } from './apply-folding.ts';
import type { LoadedIncident, LoadedState } from './load-incidents.ts';
import type { FoldingPlan } from './plan-folding.ts';

/** What was loaded, as it is after a plan was applied; the anomalies are those that were loaded. */
export const reloadIncidents = async (
  trx: DatabaseTransaction,
  { incidents }: LoadedState,
  plan: FoldingPlan,
  applied: AppliedFolding,
): Promise<readonly Omit<LoadedIncident, 'keys'>[]> => {
  const changedIds = [...new Set(applied.changedIncidentIds)];
  const changed =
    changedIds.length === 0
      ? []
      : await trx.selectFrom('incidents').selectAll().where('id', 'in', changedIds).orderBy('number').execute();
  const rowOf = new Map(changed.map((row) => [row.id, row]));
  const foldedInto = Map.groupBy(plan.folds, (fold) => fold.incidentId);
  const after = incidents.map(({ row, members }) => ({
    row: rowOf.get(row.id) ?? row,
    members: [...members, ...(foldedInto.get(row.id) ?? []).map(({ episode }) => episode)],
  }));
  const opened = applied.opened.flatMap(({ id, members }) => {
    const row = rowOf.get(id);
    return row ? [{ row, members }] : [];
  });
  return [...after, ...opened];
};
