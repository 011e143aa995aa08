import type { Row } from '#database/schema.ts';
import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Metrics } from '#ports/metrics.ts';
import { addAuditEntry, addTimelineEntry, askForCardSync, auditedState } from './incident-log.ts';
import { lockIncident } from './lock-incident.ts';
import { readObservation } from './observation-json.ts';
import type { ResolveOutcome } from './outcomes.ts';
import { summarizeIncident } from './summarize-incident.ts';

export interface ResolveIncidentDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment'>;
}

// Slack shows 3,000 characters in a section; what fixed it shares one with other lines.
const MAX_RESOLUTION_LENGTH = 2_000;

/**
 * Open or acknowledged → resolved, with what fixed it in the words of whoever resolves. Longer words
 * are cut. One that was resolved without such words gets them; words that it has stay. Says whether a
 * signal of it was still out of its band in the last detection tick.
 */
export const resolveIncident = async (
  deps: ResolveIncidentDeps,
  input: { readonly number: number; readonly resolution?: string | null },
  actor: Actor,
): Promise<ResolveOutcome> => {
  const resolution = wordsOf(input.resolution);
  const outcome = await deps.db.transaction().execute(async (trx): Promise<ResolveOutcome> => {
    const row = await lockIncident(trx, input.number);
    if (!row) return { kind: 'not-found', number: input.number };
    if (row.state === 'resolved') {
      invariant(row.resolved_by && row.resolved_at, 'a resolved incident knows by whom');
      const incident = await summarizeIncident(trx, row);
      const [by, at] = [row.resolved_by, row.resolved_at];
      if (resolution === null || resolution === row.resolution) return { kind: 'already-resolved', incident, by, at };
      if (row.resolution !== null) return { kind: 'resolution-not-kept', incident, by, at };
      await addResolution(trx, row, resolution, actor, deps.clock.now());
      return { kind: 'resolution-added', incident };
    }
    const isStillFailing = await hasFailingSignal(trx, row);
    const resolved = await resolve(trx, row, { resolution, isStillFailing }, actor, deps.clock.now());
    return { kind: 'resolved', incident: await summarizeIncident(trx, resolved), isStillFailing };
  });
  if (outcome.kind === 'resolved') {
    deps.metrics.increment('sentinel_incident_transitions_total', { transition: 'resolved' });
  }
  return outcome;
};

const wordsOf = (text: string | null | undefined): string | null => {
  const words = [...(text ?? '').trim()];
  if (words.length === 0) return null;
  return words.length > MAX_RESOLUTION_LENGTH
    ? `${words.slice(0, MAX_RESOLUTION_LENGTH - 1).join('')}…`
    : words.join('');
};

const hasFailingSignal = async (trx: DatabaseTransaction, row: Row<'incidents'>): Promise<boolean> => {
  const live = await trx
    .selectFrom('anomalies')
    .select('observation')
    .where('incident_id', '=', row.id)
    .where('closed_at', 'is', null)
    .execute();
  return live.some(({ observation }) => readObservation(observation).isFailingNow);
};

const addResolution = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  resolution: string,
  actor: Actor,
  at: Date,
): Promise<void> => {
  const noted = await trx
    .updateTable('incidents')
    .set({ resolution, updated_at: at })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await addTimelineEntry(trx, { incidentId: row.id, at, actor, event: { kind: 'resolution-added', resolution } });
  await addAuditEntry(trx, {
    at,
    action: 'incident.add-resolution',
    actor,
    entity: 'incident',
    entityId: row.id,
    before: auditedState(row),
    after: auditedState(noted),
  });
  await askForCardSync(trx, row.id, row.severity, actor);
};

const resolve = async (
  trx: DatabaseTransaction,
  row: Row<'incidents'>,
  { resolution, isStillFailing }: { readonly resolution: string | null; readonly isStillFailing: boolean },
  actor: Actor,
  at: Date,
): Promise<Row<'incidents'>> => {
  const resolved = await trx
    .updateTable('incidents')
    .set({ state: 'resolved', resolved_at: at, resolved_by: JSON.stringify(actor), resolution, updated_at: at })
    .where('id', '=', row.id)
    .where('state', '<>', 'resolved')
    .returningAll()
    .executeTakeFirstOrThrow();
  await trx.updateTable('incident_keys').set({ is_open: false }).where('incident_id', '=', row.id).execute();
  const afterMs = Math.max(0, at.getTime() - row.opened_at.getTime());
  await addTimelineEntry(trx, {
    incidentId: row.id,
    at,
    actor,
    event: { kind: 'resolved', afterMs, resolution, isStillFailing },
  });
  await addAuditEntry(trx, {
    at,
    action: 'incident.resolve',
    actor,
    entity: 'incident',
    entityId: row.id,
    before: auditedState(row),
    after: auditedState(resolved),
  });
  await askForCardSync(trx, row.id, row.severity, actor);
  return resolved;
};
