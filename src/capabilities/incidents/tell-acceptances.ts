import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import type { AnomalyClosing } from '#kernel/anomaly.ts';
import { keyOf } from './episode.ts';
import { addTimelineEntries } from './incident-log.ts';

/** Says in each incident once of which service a new normal was accepted, and by whom. */
export const tellAcceptances = async (
  trx: DatabaseTransaction,
  closings: readonly AnomalyClosing[],
  before: ReadonlyMap<string, Row<'anomalies'>>,
  at: Date,
): Promise<void> => {
  const incidentOf = new Map([...before.values()].map((row) => [keyOf(row), row.incident_id]));
  const told = new Map(
    closings.flatMap(({ service, signal, acceptedBy }) => {
      const incidentId = incidentOf.get(keyOf({ service, signal })) ?? null;
      return acceptedBy && incidentId !== null
        ? [[`${incidentId} ${service}`, { incidentId, service, actor: acceptedBy }] as const]
        : [];
    }),
  );
  if (told.size === 0) return;
  await addTimelineEntries(
    trx,
    [...told.values()].map(({ incidentId, service, actor }) => ({
      incidentId,
      at,
      actor,
      event: { kind: 'new-normal-accepted', service },
    })),
  );
};
