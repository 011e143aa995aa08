import type { Database } from '#database/state-store.ts';
import { JUDGED_SIGNALS, type KnownAnomaly } from '#kernel/anomaly.ts';

/** The anomalies of detection's that last, whether an incident has them, and whether a person resolved it. */
export const readKnownAnomalies = async (db: Database): Promise<readonly KnownAnomaly[]> => {
  const rows = await db
    .selectFrom('anomalies')
    .leftJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .select(['service', 'signal', 'onset_at', 'first_tick_at', 'incident_id', 'resolved_by'])
    .where('closed_at', 'is', null)
    .execute();
  return rows.flatMap((row) => {
    const signal = JUDGED_SIGNALS.find((each) => each === row.signal);
    return signal === undefined
      ? []
      : [
          {
            service: row.service,
            signal,
            onsetAt: row.onset_at,
            firstTickAt: row.first_tick_at,
            isInIncident: row.incident_id !== null,
            isDismissed: row.resolved_by?.kind === 'person',
          },
        ];
  });
};
