import type { Database } from '#database/state-store.ts';
import type { QueryEvidence } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { LatencyAnswer } from '#ports/signal-history.ts';
import { readIncidentView } from './read-incident-view.ts';
import { withLatency } from './with-latency.ts';

export interface ReadShownIncidentDeps {
  readonly db: Database;
  /** The p99 that a display read found. */
  readonly latencyOf: (evidence: QueryEvidence) => Pick<LatencyAnswer, 'p99Ms' | 'usualP99Ms'>;
}

// Numbers of a card are at most about a minute older than its anomaly's; older ones the card has dropped.
const SAME_CARD_MS = 2 * MINUTE_MS;

/** The incident of that number as its card shows it, p99 included, without a query of its own; null if there is none. */
export const readShownIncident = async (deps: ReadShownIncidentDeps, number: number): Promise<IncidentView | null> => {
  const row = await deps.db
    .selectFrom('incidents')
    .leftJoin('display_reads', 'display_reads.incident_id', 'incidents.id')
    .select(['incidents.id', 'display_reads.evidence'])
    .where('incidents.number', '=', number)
    .executeTakeFirst();
  if (row === undefined) return null;
  const view = await readIncidentView(deps, row.id);
  if (view === null || row.evidence === null) return view;
  const evidence = row.evidence as QueryEvidence;
  return isOf(view, evidence) ? withLatency(view, deps.latencyOf(evidence)) : view;
};

/** The lead may have changed since, or telemetry not answered. */
const isOf = ({ lead }: IncidentView, { parameters, window }: QueryEvidence): boolean =>
  parameters['service'] === lead.service &&
  Math.abs(new Date(window.to).getTime() - lead.window.to.getTime()) <= SAME_CARD_MS;
