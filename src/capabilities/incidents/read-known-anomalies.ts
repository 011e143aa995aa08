import type { Database } from '#database/state-store.ts';
import type { KnownAnomaly } from '#kernel/anomaly.ts';

/** The anomalies that last, and whether a person resolved the incident that they belong to. */
export const readKnownAnomalies = async (db: Database): Promise<readonly KnownAnomaly[]> => {
  const rows = await db
    .selectFrom('anomalies')
    .leftJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .select(['service', 'signal', 'onset_at', 'first_tick_at', 'resolved_by'])
    .where('closed_at', 'is', null)
    .execute();
  return rows.map((row) => ({
    service: row.service,
    signal: row.signal,
    onsetAt: row.onset_at,
    firstTickAt: row.first_tick_at,
    isDismissed: row.resolved_by?.kind === 'person',
  }));
};
