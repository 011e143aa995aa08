import type { Database } from '#database/state-store.ts';
import type { IncidentSummary } from './outcomes.ts';
import { summarizeIncidents } from './summarize-incident.ts';

export interface ListIncidentsDeps {
  readonly db: Database;
}

export interface IncidentList {
  readonly incidents: readonly IncidentSummary[];
  /** How many there are in all. */
  readonly total: number;
}

export interface IncidentFilter {
  readonly state: 'unresolved' | 'resolved';
  readonly limit?: number;
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** Unresolved: worst first, then the oldest. Resolved: the latest first. */
export const listIncidents = async (deps: ListIncidentsDeps, filter: IncidentFilter): Promise<IncidentList> => {
  const isResolved = filter.state === 'resolved';
  const matching = deps.db.selectFrom('incidents').where('state', isResolved ? '=' : '<>', 'resolved');
  const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
  const ordered = isResolved
    ? matching.orderBy('resolved_at', 'desc')
    : matching.orderBy('severity').orderBy('opened_at');
  const rows = await ordered.orderBy('number').selectAll().limit(limit).execute();
  const { total } = await matching.select((row) => row.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  return { incidents: await summarizeIncidents(deps.db, rows), total: Number(total) };
};
