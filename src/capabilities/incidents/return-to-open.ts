import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import { invariant } from '#kernel/invariant.ts';
import { addAuditEntry, addTimelineEntry, auditedState } from './incident-log.ts';

export interface Reopening {
  readonly at: Date;
  readonly actor: Actor;
  readonly reason: 'person' | 'fired-again' | 'still-failing';
  /** Still set where a person reopens what is quiet. */
  readonly recoveredAt: Date | null;
}

/**
 * Resolved → open: nobody has acknowledged it and nobody is on it. It tracks its signals again, but for
 * those that another open incident tracks by now. The caller holds the locks of openings and of the row.
 */
export const returnToOpen = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  reopening: Reopening,
): Promise<Row<'incidents'>> => {
  invariant(row.resolved_at, 'only a resolved incident is reopened');
  const reopened = await trx
    .updateTable('incidents')
    .set({
      state: 'open',
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolved_by: null,
      resolution: null,
      recovered_at: reopening.recoveredAt,
      updated_at: reopening.at,
    })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('incident_keys')
    .set({ is_open: true })
    .where('incident_id', '=', row.id)
    .where('key', 'not in', (others) => others.selectFrom('incident_keys').select('key').where('is_open', '=', true))
    .execute();
  await trx.deleteFrom('incident_responders').where('incident_id', '=', row.id).execute();
  await addTimelineEntry(trx, {
    incidentId: row.id,
    at: reopening.at,
    actor: reopening.actor,
    event: {
      kind: 'reopened',
      afterMs: Math.max(0, reopening.at.getTime() - row.resolved_at.getTime()),
      reason: reopening.reason,
    },
  });
  await addAuditEntry(trx, {
    at: reopening.at,
    action: 'incident.reopen',
    actor: reopening.actor,
    entity: 'incident',
    entityId: row.id,
    before: auditedState(row),
    after: auditedState(reopened),
  });
  return reopened;
};
