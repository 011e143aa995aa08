import type { Row } from '#database/schema.ts';
import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import { type Actor, isSameActor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Metrics } from '#ports/metrics.ts';
import { addAuditEntry, addTimelineEntry, askForCardSync, auditedState } from './incident-log.ts';
import { lockIncident } from './lock-incident.ts';
import type { AcknowledgeOutcome } from './outcomes.ts';
import { summarizeIncident } from './summarize-incident.ts';

export interface AcknowledgeIncidentDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment'>;
}

/** Open → acknowledged. Of two at once the first keeps it and the second becomes a responder. */
export const acknowledgeIncident = async (
  deps: AcknowledgeIncidentDeps,
  input: { readonly number: number },
  actor: Actor,
): Promise<AcknowledgeOutcome> => {
  const outcome = await deps.db.transaction().execute(async (trx): Promise<AcknowledgeOutcome> => {
    const row = await lockIncident(trx, input.number);
    if (!row) return { kind: 'not-found', number: input.number };
    const at = deps.clock.now();
    switch (row.state) {
      case 'open':
        return { kind: 'acknowledged', incident: await summarizeIncident(trx, await acknowledge(trx, row, actor, at)) };
      case 'acknowledged': {
        invariant(row.acknowledged_by && row.acknowledged_at, 'an acknowledged incident knows by whom');
        const isSame = isSameActor(row.acknowledged_by, actor);
        const wasAddedAsResponder = !isSame && (await addResponder(trx, row, actor, at));
        if (wasAddedAsResponder) await tellOfResponder(trx, row, actor, at);
        const incident = await summarizeIncident(trx, row);
        const { acknowledged_by: by, acknowledged_at } = row;
        return { kind: 'already-acknowledged', incident, by, at: acknowledged_at, wasAddedAsResponder };
      }
      case 'resolved': {
        invariant(row.resolved_by && row.resolved_at, 'a resolved incident knows by whom');
        const incident = await summarizeIncident(trx, row);
        return { kind: 'already-resolved', incident, by: row.resolved_by, at: row.resolved_at };
      }
    }
  });
  if (outcome.kind === 'acknowledged') {
    deps.metrics.increment('sentinel_incident_transitions_total', { transition: 'acknowledged' });
  }
  return outcome;
};

const acknowledge = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  actor: Actor,
  at: Date,
): Promise<Row<'incidents'>> => {
  const acknowledged = await trx
    .updateTable('incidents')
    .set({ state: 'acknowledged', acknowledged_at: at, acknowledged_by: JSON.stringify(actor), updated_at: at })
    .where('id', '=', row.id)
    .where('state', '=', 'open')
    .returningAll()
    .executeTakeFirstOrThrow();
  await addResponder(trx, row, actor, at);
  const since = (await lastReopenedAt(trx, row.id)) ?? row.opened_at;
  await addTimelineEntry(trx, {
    incidentId: row.id,
    at,
    actor,
    event: { kind: 'acknowledged', afterMs: Math.max(0, at.getTime() - since.getTime()) },
  });
  await addAuditEntry(trx, {
    at,
    action: 'incident.acknowledge',
    actor,
    entity: 'incident',
    entityId: row.id,
    before: auditedState(row),
    after: auditedState(acknowledged),
  });
  await askForCardSync(trx, row.id, row.severity, actor);
  return acknowledged;
};

/** False if that person is one already; only people are responders. */
const addResponder = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  actor: Actor,
  at: Date,
): Promise<boolean> => {
  if (actor.kind !== 'person') return false;
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('incident_responders')
    .values({ incident_id: row.id, person_id: actor.id, actor: JSON.stringify(actor), joined_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return (numInsertedOrUpdatedRows ?? 0n) > 0n;
};

const tellOfResponder = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  actor: Actor,
  at: Date,
): Promise<void> => {
  await addTimelineEntry(trx, { incidentId: row.id, at, actor, event: { kind: 'responder-added' } });
  await addAuditEntry(trx, {
    at,
    action: 'incident.add-responder',
    actor,
    entity: 'incident',
    entityId: row.id,
    before: null,
    after: { responder: actor },
  });
  await askForCardSync(trx, row.id, row.severity, actor);
};

/** A reopened incident waits for somebody anew. */
const lastReopenedAt = async (trx: DatabaseTransaction, incidentId: string): Promise<Date | undefined> => {
  const entry = await trx
    .selectFrom('timeline_entries')
    .select('at')
    .where('incident_id', '=', incidentId)
    .where((row) => row.eb('event', '@>', row.cast(row.val(JSON.stringify({ kind: 'reopened' })), 'jsonb')))
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst();
  return entry?.at;
};
