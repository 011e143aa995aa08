import type { Database } from '#database/state-store.ts';
import type { Signal } from '#kernel/anomaly.ts';
import type { AnomalyView } from '#ports/incident-board.ts';
import { anomalyViewOf } from './anomaly-view.ts';

export interface ListRecordedAnomaliesDeps {
  readonly db: Database;
}

export interface RecordedAnomaly extends AnomalyView {
  /** Number of the incident that tracks it, if any. */
  readonly incident: number | null;
}

/** All that were ever recorded, in the order in which they were first seen. */
export const listRecordedAnomalies = async ({ db }: ListRecordedAnomaliesDeps): Promise<readonly RecordedAnomaly[]> => {
  const rows = await db
    .selectFrom('anomalies')
    .leftJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .selectAll('anomalies')
    .select('incidents.number as incident')
    .orderBy('anomalies.first_tick_at')
    .orderBy('anomalies.onset_at')
    .orderBy('anomalies.service')
    .orderBy('anomalies.signal')
    .execute();
  return rows.map(({ incident, ...row }) => ({ ...anomalyViewOf(row), incident }));
};

/** Those that last, without their numbers. */
export const listLastingAnomalies = ({
  db,
}: ListRecordedAnomaliesDeps): Promise<
  readonly { readonly id: string; readonly service: string; readonly signal: Signal }[]
> => db.selectFrom('anomalies').select(['id', 'service', 'signal']).where('closed_at', 'is', null).execute();
