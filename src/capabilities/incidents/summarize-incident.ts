import type { Row } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import { invariant } from '#kernel/invariant.ts';
import { anomalyViewOf } from './anomaly-view.ts';
import { describeSymptom } from './describe-symptom.ts';
import type { IncidentSummary } from './outcomes.ts';

/** Summaries of incidents, in the order given. */
export const summarizeIncidents = async (
  db: Database,
  rows: readonly Row<'incidents'>[],
): Promise<readonly IncidentSummary[]> => {
  const leadIds = rows.flatMap((row) => (row.lead_anomaly_id === null ? [] : [row.lead_anomaly_id]));
  const leads =
    leadIds.length === 0 ? [] : await db.selectFrom('anomalies').selectAll().where('id', 'in', leadIds).execute();
  const leadOf = new Map(leads.map((row) => [row.id, anomalyViewOf(row)]));
  return rows.map((row) => {
    const lead = leadOf.get(row.lead_anomaly_id ?? '');
    invariant(lead, 'an incident has a lead');
    return {
      id: row.id,
      number: row.number,
      state: row.state,
      severity: row.severity,
      service: lead.service,
      signal: lead.signal,
      symptom: describeSymptom(lead),
      openedAt: row.opened_at,
      acknowledgedBy: row.acknowledged_by,
      recoveredAt: row.recovered_at,
      resolvedAt: row.resolved_at,
    };
  });
};

export const summarizeIncident = async (db: Database, row: Row<'incidents'>): Promise<IncidentSummary> => {
  const [summary] = await summarizeIncidents(db, [row]);
  invariant(summary, 'one incident has one summary');
  return summary;
};
