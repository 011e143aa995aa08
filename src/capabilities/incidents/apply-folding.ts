import type { DatabaseTransaction } from '#database/state-store.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { invariant } from '#kernel/invariant.ts';
import { worstSeverity } from '#kernel/severity.ts';
import type { FoldReason } from '#ports/incident-board.ts';
import type { Episode } from './episode.ts';
import { addAuditEntries, addAuditEntry, addTimelineEntries, addTimelineEntry } from './incident-log.ts';
import { returnToOpen } from './return-to-open.ts';
import type { LoadedIncident } from './load-incidents.ts';
import { takeIncidentNumber } from './lock-openings.ts';
import type { FoldingPlan } from './plan-folding.ts';

export interface AppliedFolding {
  /** Incidents whose card must follow. */
  readonly changedIncidentIds: readonly string[];
  /** The new ones. */
  readonly opened: readonly { readonly id: string; readonly number: number; readonly members: readonly Episode[] }[];
}

/** Writes a plan of this transaction's own state: reopens, folds, opens. */
export const applyFolding = async (
  trx: DatabaseTransaction,
  plan: FoldingPlan,
  incidents: readonly LoadedIncident[],
  at: Date,
): Promise<AppliedFolding> => {
  const changed: string[] = [];
  const opened: { id: string; number: number; members: readonly Episode[] }[] = [];
  for (const { incidentId, reason } of plan.reopenings) {
    const incident = incidents.find(({ row }) => row.id === incidentId);
    invariant(incident, 'a reopened incident was loaded');
    await returnToOpen(trx, incident.row, { at, actor: SENTINEL, reason, recoveredAt: null });
    changed.push(incidentId);
  }
  for (const [incidentId, folds] of Map.groupBy(plan.folds, (fold) => fold.incidentId)) {
    await attachEpisodes(trx, incidentId, folds, at);
    changed.push(incidentId);
  }
  for (const opening of plan.openings) {
    const { id, number } = await openIncident(trx, opening, at);
    changed.push(id);
    opened.push({ id, number, members: opening.members.map(({ episode }) => episode) });
  }
  for (const { incidentId, asIncidentId } of plan.likenesses) {
    const { numUpdatedRows } = await trx
      .updateTable('incidents')
      .set({ possibly_same_as_id: asIncidentId })
      .where('id', '=', incidentId)
      .where('possibly_same_as_id', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) continue;
    await addAuditEntry(trx, {
      at,
      action: 'incident.link',
      actor: SENTINEL,
      entity: 'incident',
      entityId: incidentId,
      before: { possiblySameAsId: null },
      after: { possiblySameAsId: asIncidentId },
    });
    changed.push(incidentId);
  }
  return { changedIncidentIds: changed, opened };
};

const openIncident = async (
  trx: DatabaseTransaction,
  { lead, members }: FoldingPlan['openings'][number],
  at: Date,
): Promise<{ readonly id: string; readonly number: number }> => {
  const onsets = members.map(({ episode }) => episode.onsetAt.getTime());
  const severity = members.map(({ episode }) => episode.worstSeverity).reduce(worstSeverity);
  const previous = await lastIncidentOfKey(trx, lead.key);
  const number = await takeIncidentNumber(trx);
  const { id } = await trx
    .insertInto('incidents')
    .values({
      number,
      state: 'open',
      severity,
      lead_anomaly_id: lead.id,
      opened_at: at,
      first_onset_at: new Date(Math.min(...onsets)),
      last_onset_at: new Date(Math.max(...onsets)),
      acknowledged_at: null,
      acknowledged_by: null,
      resolved_at: null,
      resolved_by: null,
      resolution: null,
      recovered_at: null,
      previous_incident_id: previous?.id ?? null,
      possibly_same_as_id: null,
      updated_at: at,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await addTimelineEntry(trx, {
    incidentId: id,
    at,
    actor: SENTINEL,
    event: { kind: 'opened', severity, service: lead.service, previousIncident: previous?.number ?? null },
  });
  await addAuditEntry(trx, {
    at,
    action: 'incident.open',
    actor: SENTINEL,
    entity: 'incident',
    entityId: id,
    before: null,
    after: { number, state: 'open', severity, leadAnomalyId: lead.id, previousIncidentId: previous?.id ?? null },
  });
  await attachEpisodes(trx, id, members, at);
  return { id, number };
};

interface Member {
  readonly episode: Episode;
  readonly reason: FoldReason | null;
}

const attachEpisodes = async (
  trx: DatabaseTransaction,
  incidentId: string,
  members: readonly Member[],
  at: Date,
): Promise<void> => {
  for (const { episode, reason } of members) {
    await trx
      .updateTable('anomalies')
      .set({ incident_id: incidentId, fold_reason: reason === null ? null : JSON.stringify(reason) })
      .where('id', '=', episode.id)
      .execute();
  }
  const onsets = members.map(({ episode }) => episode.onsetAt.getTime());
  await trx
    .updateTable('incidents')
    .set((row) => ({
      first_onset_at: row.fn('least', ['first_onset_at', row.val(new Date(Math.min(...onsets)))]),
      last_onset_at: row.fn('greatest', ['last_onset_at', row.val(new Date(Math.max(...onsets)))]),
    }))
    .where('id', '=', incidentId)
    .execute();
  await trx
    .insertInto('incident_keys')
    .values(members.map(({ episode }) => ({ key: episode.key, incident_id: incidentId, is_open: true })))
    .onConflict((conflict) => conflict.columns(['incident_id', 'key']).doUpdateSet({ is_open: true }))
    .execute();
  await addAuditEntries(
    trx,
    members.map(({ episode, reason }) => ({
      at,
      action: 'anomaly.fold',
      actor: SENTINEL,
      entity: 'anomaly',
      entityId: episode.id,
      before: { incidentId: episode.incidentId },
      after: { incidentId, reason },
    })),
  );
  await addTimelineEntries(
    trx,
    members.flatMap(({ episode, reason }) =>
      reason === null
        ? []
        : [
            {
              incidentId,
              at,
              actor: SENTINEL,
              event: { kind: 'anomaly-folded' as const, anomalyId: episode.id, reason },
            },
          ],
    ),
  );
};

const lastIncidentOfKey = (
  trx: DatabaseTransaction,
  key: string,
): Promise<{ readonly id: string; readonly number: number } | undefined> =>
  trx
    .selectFrom('incident_keys')
    .innerJoin('incidents', 'incidents.id', 'incident_keys.incident_id')
    .select(['incidents.id', 'incidents.number'])
    .where('incident_keys.key', '=', key)
    .where('incidents.state', '=', 'resolved')
    .orderBy('incidents.number', 'desc')
    .limit(1)
    .executeTakeFirst();
