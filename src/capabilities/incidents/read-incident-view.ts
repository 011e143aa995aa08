import type { Row } from '#database/schema.ts';
import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import { invariant } from '#kernel/invariant.ts';
import { SEVERITIES } from '#kernel/severity.ts';
import type { AnomalyView, IncidentView, TimelineEntry, TimelineEvent } from '#ports/incident-board.ts';
import { anomalyViewOf } from './anomaly-view.ts';
import { keyOf } from './episode.ts';
import { timelineEntryOf } from './timeline-entry.ts';

export interface ReadIncidentViewDeps {
  readonly db: Database;
}

/** Everything that a card and its thread say but the chart and p99, read at one moment; null if there is none. */
export const readIncidentView = async (deps: ReadIncidentViewDeps, incidentId: string): Promise<IncidentView | null> =>
  deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => readView(trx, incidentId));

const readView = async (trx: DatabaseTransaction, incidentId: string): Promise<IncidentView | null> => {
  const row = await trx.selectFrom('incidents').selectAll().where('id', '=', incidentId).executeTakeFirst();
  if (!row) return null;
  const anomalies = await trx
    .selectFrom('anomalies')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('onset_at')
    .orderBy('first_tick_at')
    .execute();
  const lead = anomalies.find((anomaly) => anomaly.id === row.lead_anomaly_id);
  invariant(lead, 'an incident has a lead');
  const timeline = (
    await trx
      .selectFrom('timeline_entries')
      .selectAll()
      .where('incident_id', '=', incidentId)
      .orderBy('position')
      .execute()
  ).map(timelineEntryOf);
  const responders = await trx
    .selectFrom('incident_responders')
    .select('actor')
    .where('incident_id', '=', incidentId)
    .orderBy('joined_at')
    .orderBy('person_id')
    .execute();
  return {
    id: row.id,
    number: row.number,
    state: row.state,
    severity: row.severity,
    openedAt: row.opened_at,
    waitingSince: lastOf(timeline, 'reopened')?.entry.at ?? row.opened_at,
    onsetAt: row.first_onset_at,
    acknowledged: acknowledgedOf(row),
    resolved: resolvedOf(row),
    recoveredAt: row.recovered_at,
    reopened: reopenedOf(timeline),
    raised: raisedOf(timeline),
    responders: responders.map(({ actor }) => actor).filter((actor) => !isFirstAcknowledger(row, actor)),
    lead: anomalyViewOf(lead),
    folded: foldedOf(anomalies, lead),
    timeline,
    previousIncident: await numberOf(trx, row.previous_incident_id),
    possiblySameAs: await numberOf(trx, row.possibly_same_as_id, 'unresolved'),
    noDataSince: await noDataSince(trx, lead),
    pager: null,
    chart: null,
    gaps: [],
  };
};

const acknowledgedOf = (row: Row<'incidents'>): IncidentView['acknowledged'] =>
  row.acknowledged_by && row.acknowledged_at ? { by: row.acknowledged_by, at: row.acknowledged_at } : null;

const resolvedOf = (row: Row<'incidents'>): IncidentView['resolved'] =>
  row.resolved_by && row.resolved_at ? { by: row.resolved_by, at: row.resolved_at, resolution: row.resolution } : null;

const isFirstAcknowledger = (row: Row<'incidents'>, actor: Row<'incident_responders'>['actor']): boolean =>
  actor.kind === 'person' && row.acknowledged_by?.kind === 'person' && row.acknowledged_by.id === actor.id;

/** The newest episode of each signal but the lead's: live before quiet, then worst first. */
const foldedOf = (anomalies: readonly Row<'anomalies'>[], lead: Row<'anomalies'>): readonly AnomalyView[] => {
  const newest = new Map(anomalies.map((anomaly) => [keyOf(anomaly), anomaly]));
  newest.delete(keyOf(lead));
  return [...newest.values()]
    .map(anomalyViewOf)
    .toSorted(
      (a, b) =>
        Number(a.quietSince !== null) - Number(b.quietSince !== null) ||
        SEVERITIES.indexOf(a.worstSeverity) - SEVERITIES.indexOf(b.worstSeverity) ||
        b.peakScore - a.peakScore ||
        a.onsetAt.getTime() - b.onsetAt.getTime(),
    );
};

const lastOf = <K extends TimelineEvent['kind']>(
  timeline: readonly TimelineEntry[],
  kind: K,
): {
  readonly entry: TimelineEntry;
  readonly event: Extract<TimelineEvent, { kind: K }>;
  readonly at: number;
} | null => {
  const at = timeline.findLastIndex((entry) => entry.event.kind === kind);
  const entry = timeline[at];
  return entry ? { entry, event: entry.event as Extract<TimelineEvent, { kind: K }>, at } : null;
};

const reopenedOf = (timeline: readonly TimelineEntry[]): IncidentView['reopened'] => {
  const reopened = lastOf(timeline, 'reopened');
  if (!reopened || reopened.at < (lastOf(timeline, 'resolved')?.at ?? -1)) return null;
  return { by: reopened.entry.actor, at: reopened.entry.at, afterMs: reopened.event.afterMs };
};

const raisedOf = (timeline: readonly TimelineEntry[]): IncidentView['raised'] => {
  const raised = lastOf(timeline, 'severity-raised');
  if (!raised) return null;
  const { from, to, fromScore, toScore } = raised.event;
  return { at: raised.entry.at, from, to, fromScore, toScore };
};

const numberOf = async (
  trx: DatabaseTransaction,
  id: string | null,
  which: 'any' | 'unresolved' = 'any',
): Promise<number | null> => {
  if (id === null) return null;
  const row = await trx.selectFrom('incidents').select(['number', 'state']).where('id', '=', id).executeTakeFirst();
  return !row || (which === 'unresolved' && row.state === 'resolved') ? null : row.number;
};

/** A silence of the lead's service, in whichever incident it is, hides what the lead's own signal does. */
const noDataSince = async (trx: DatabaseTransaction, lead: Row<'anomalies'>): Promise<Date | null> => {
  if (lead.signal === 'silence') return null;
  const silence = await trx
    .selectFrom('anomalies')
    .selectAll()
    .where('service', '=', lead.service)
    .where('signal', '=', 'silence')
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (!silence) return null;
  const { lastSeenAt } = anomalyViewOf(silence);
  return lastSeenAt ?? silence.onset_at;
};
