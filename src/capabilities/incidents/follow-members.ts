import type { CallGraph } from '#capabilities/topology/index.ts';
import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { isWorse, SEVERITIES } from '#kernel/severity.ts';
import type { TimelineEvent } from '#ports/incident-board.ts';
import { chooseLead, latestOfKey } from './choose-lead.ts';
import type { Episode } from './episode.ts';
import { addAuditEntry, addTimelineEntry, askForCardSync, auditedState } from './incident-log.ts';
import type { LoadedIncident } from './load-incidents.ts';

export interface Following {
  readonly at: Date;
  readonly graph: CallGraph;
  /** Anomalies that lasted before this tick, as they were. */
  readonly before: ReadonlyMap<string, Row<'anomalies'>>;
  /** Anomalies whose numbers would read differently. */
  readonly changedIds: ReadonlySet<string>;
  /** Something but numbers has changed already. */
  readonly isChanged: boolean;
}

// A card is edited for mere numbers at most once a minute.
const NUMBERS_EVERY_SECONDS = 60;

type IncidentChange = Partial<Pick<Row<'incidents'>, 'lead_anomaly_id' | 'severity' | 'recovered_at'>>;

/** Its keys are of no matter here. */
type FollowedIncident = Omit<LoadedIncident, 'keys'>;

/** Lets an incident follow its anomalies: lead, severity, recovery, and its card. Returns what happened. */
export const followMembers = async (
  trx: DatabaseTransaction,
  incident: FollowedIncident,
  following: Following,
): Promise<readonly TimelineEvent[]> => {
  const { row, members } = incident;
  const { at } = following;
  if (members.length === 0) return [];
  const steps = [
    ...(row.state === 'resolved' ? [] : [followLead(incident, following), followSeverity(incident, following)]),
    followRecovery(incident),
  ].filter((step) => step !== null);
  const change = steps.reduce<IncidentChange>((all, step) => ({ ...all, ...step.change }), {});
  const events = steps.flatMap((step) => (step.event ? [step.event] : []));

  const hasNewNumbers = row.state !== 'resolved' && members.some((episode) => following.changedIds.has(episode.id));
  const sinceCard = Math.round((at.getTime() - row.updated_at.getTime()) / SECOND_MS);
  const needsCard = following.isChanged || steps.length > 0 || (hasNewNumbers && sinceCard >= NUMBERS_EVERY_SECONDS);
  if (!needsCard) return [];

  const updated = await trx
    .updateTable('incidents')
    .set({ ...change, updated_at: at })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  for (const { action, event } of steps) {
    if (event) await addTimelineEntry(trx, { incidentId: row.id, at, actor: SENTINEL, event });
    await addAuditEntry(trx, {
      at,
      action,
      actor: SENTINEL,
      entity: 'incident',
      entityId: row.id,
      before: auditedState(row),
      after: auditedState(updated),
    });
  }
  await askForCardSync(trx, row.id, updated.severity);
  return events;
};

interface Step {
  /** For the audit log. */
  readonly action: string;
  readonly change: IncidentChange;
  readonly event: TimelineEvent | null;
}

/** Frozen once somebody acknowledged; then only its own signal's newest episode takes its place. */
const followLead = ({ row, members }: FollowedIncident, { graph }: Following): Step | null => {
  const lead = members.find((episode) => episode.id === row.lead_anomaly_id);
  const chosen =
    row.state === 'acknowledged' && lead ? (latestOfKey(members, lead.key) ?? lead) : chooseLead(members, graph);
  if (chosen.id === row.lead_anomaly_id) return null;
  const isNewName = lead !== undefined && lead.service !== chosen.service;
  return {
    action: 'incident.change-lead',
    change: { lead_anomaly_id: chosen.id },
    event: isNewName ? { kind: 'lead-changed', from: lead.service, to: chosen.service } : null,
  };
};

/** Rises by itself; never falls by itself, and not against a person who lowered it. */
const followSeverity = ({ row, members }: FollowedIncident, { before }: Following): Step | null => {
  const isNews = (episode: Episode): boolean => {
    const earlier = before.get(episode.id);
    return (
      earlier?.incident_id !== row.id ||
      (episode.severity !== null && isWorse(episode.severity, earlier.worst_severity))
    );
  };
  const [worst] = members
    .filter((episode) => episode.severity !== null && isWorse(episode.severity, row.severity) && isNews(episode))
    .toSorted((a, b) => rank(a) - rank(b) || b.score - a.score);
  if (!worst?.severity) return null;
  const lead = members.find((episode) => episode.id === row.lead_anomaly_id) ?? worst;
  return {
    action: 'incident.raise-severity',
    change: { severity: worst.severity },
    event: {
      kind: 'severity-raised',
      from: row.severity,
      to: worst.severity,
      fromScore: scoreBefore(row, worst, lead, before),
      toScore: worst.score,
    },
  };
};

/** What was not judged has no score to rise from. */
const scoreBefore = (row: Row<'incidents'>, worst: Episode, lead: Episode, before: Following['before']): number => {
  const earlier = before.get(worst.id);
  if (earlier?.incident_id === row.id) return earlier.score;
  return lead.signal === 'log_match' ? worst.score : (before.get(lead.id)?.score ?? lead.score);
};

const followRecovery = ({ row, members }: FollowedIncident): Step | null => {
  const quiet = members.flatMap((episode) => (episode.quietSince ? [episode.quietSince.getTime()] : []));
  const isQuiet = quiet.length === members.length;
  if (isQuiet === (row.recovered_at !== null)) return null;
  if (!isQuiet) {
    return { action: 'incident.fail-again', change: { recovered_at: null }, event: { kind: 'failing-again' } };
  }
  const quietSince = new Date(Math.max(...quiet));
  return {
    action: 'incident.recover',
    change: { recovered_at: quietSince },
    event: { kind: 'recovered', quietSince },
  };
};

const rank = ({ severity }: Episode): number => (severity === null ? SEVERITIES.length : SEVERITIES.indexOf(severity));
