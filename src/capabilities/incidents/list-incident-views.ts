import type { Database } from '#database/state-store.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import { readIncidentView } from './read-incident-view.ts';

/** Every incident with all that a card says of it, by number. For a state store that holds no years of them. */
export const listIncidentViews = async (deps: { readonly db: Database }): Promise<readonly IncidentView[]> => {
  const rows = await deps.db.selectFrom('incidents').select('id').orderBy('number').execute();
  const views: IncidentView[] = [];
  for (const { id } of rows) {
    const view = await readIncidentView(deps, id);
    if (view) views.push(view);
  }
  return views;
};
