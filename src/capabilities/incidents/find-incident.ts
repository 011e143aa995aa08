import type { Database } from '#database/state-store.ts';
import type { IncidentSummary } from './outcomes.ts';
import { summarizeIncident } from './summarize-incident.ts';

export interface FindIncidentDeps {
  readonly db: Database;
}

/** By its number or its id; null if there is none. */
export const findIncident = async (
  deps: FindIncidentDeps,
  by: { readonly number: number } | { readonly id: string },
): Promise<IncidentSummary | null> => {
  const row = await deps.db
    .selectFrom('incidents')
    .selectAll()
    .where((where) => ('number' in by ? where('number', '=', by.number) : where('id', '=', by.id)))
    .executeTakeFirst();
  return row ? summarizeIncident(deps.db, row) : null;
};
