import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import { addToOutbox } from '#database/outbox.ts';
import { type Actor, SENTINEL } from '#kernel/actor.ts';
import { SEVERITIES, type Severity } from '#kernel/severity.ts';
import type { TimelineEvent } from '#ports/incident-board.ts';

export const INCIDENT_CARD_SYNC_JOB = 'incident-card.sync';
const ROWS_PER_STATEMENT = 1_000;

export interface NewTimelineEntry {
  readonly incidentId: string;
  readonly at: Date;
  readonly actor: Actor;
  readonly event: TimelineEvent;
}

/** What responders read of one incident. */
export const addTimelineEntry = (trx: DatabaseTransaction, entry: NewTimelineEntry): Promise<void> =>
  addTimelineEntries(trx, [entry]);

export const addTimelineEntries = async (
  trx: DatabaseTransaction,
  entries: readonly NewTimelineEntry[],
): Promise<void> => {
  for (const some of inStatements(entries)) {
    const rows = some.map(({ incidentId, at, actor, event }) => ({
      incident_id: incidentId,
      at,
      actor: JSON.stringify(actor),
      event: JSON.stringify(event),
    }));
    await trx.insertInto('timeline_entries').values(rows).execute();
  }
};

export interface AuditEntry {
  readonly at: Date;
  /** `entity.verb` */
  readonly action: string;
  readonly actor: Actor;
  readonly entity: 'incident' | 'anomaly';
  readonly entityId: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Append-only: who changed what, from where, before and after. */
export const addAuditEntry = (trx: DatabaseTransaction, entry: AuditEntry): Promise<void> =>
  addAuditEntries(trx, [entry]);

export const addAuditEntries = async (trx: DatabaseTransaction, entries: readonly AuditEntry[]): Promise<void> => {
  for (const some of inStatements(entries)) {
    const rows = some.map((entry) => ({
      at: entry.at,
      action: entry.action,
      actor: JSON.stringify(entry.actor),
      entity: entry.entity,
      entity_id: entry.entityId,
      before: entry.before === null ? null : JSON.stringify(entry.before),
      after: entry.after === null ? null : JSON.stringify(entry.after),
    }));
    await trx.insertInto('audit_log').values(rows).execute();
  }
};

const inStatements = <T>(rows: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(rows.length / ROWS_PER_STATEMENT) }, (_, at) =>
    rows.slice(at * ROWS_PER_STATEMENT, (at + 1) * ROWS_PER_STATEMENT),
  );

/** Asks for the card to be brought up to date once this transaction has committed: what a person did first, then P1. */
export const askForCardSync = (
  trx: DatabaseTransaction,
  incidentId: string,
  severity: Severity,
  by: Actor = SENTINEL,
): Promise<void> =>
  addToOutbox(trx, {
    job: INCIDENT_CARD_SYNC_JOB,
    payload: { incidentId },
    priority: by.kind === 'person' ? 1 : SEVERITIES.indexOf(severity) + 2,
  });

/** The part of an incident that people and Sentinel change, for the audit log. */
export const auditedState = (row: Row<'incidents'>): Readonly<Record<string, unknown>> => ({
  number: row.number,
  state: row.state,
  severity: row.severity,
  leadAnomalyId: row.lead_anomaly_id,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  resolvedAt: row.resolved_at,
  resolvedBy: row.resolved_by,
  resolution: row.resolution,
  recoveredAt: row.recovered_at,
  previousIncidentId: row.previous_incident_id,
  possiblySameAsId: row.possibly_same_as_id,
});
