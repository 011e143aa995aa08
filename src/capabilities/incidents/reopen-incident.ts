import type { Row } from '#database/schema.ts';
import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Metrics } from '#ports/metrics.ts';
import { keyOf } from './episode.ts';
import { askForCardSync } from './incident-log.ts';
import { lockIncident } from './lock-incident.ts';
import { lockOpenings } from './lock-openings.ts';
import type { ReopenOutcome } from './outcomes.ts';
import { returnToOpen } from './return-to-open.ts';
import { summarizeIncident } from './summarize-incident.ts';

export interface ReopenIncidentDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment'>;
}

/** Resolved → open, unless another open incident tracks the signal that names this one. */
export const reopenIncident = async (
  deps: ReopenIncidentDeps,
  input: { readonly number: number },
  actor: Actor,
): Promise<ReopenOutcome> => {
  const outcome = await deps.db.transaction().execute(async (trx): Promise<ReopenOutcome> => {
    await lockOpenings(trx);
    const row = await lockIncident(trx, input.number);
    if (!row) return { kind: 'not-found', number: input.number };
    if (row.state !== 'resolved') return { kind: 'not-resolved', incident: await summarizeIncident(trx, row) };
    const openIncident = await openIncidentOfLead(trx, row);
    if (openIncident !== null) {
      return { kind: 'superseded', incident: await summarizeIncident(trx, row), openIncident };
    }
    const at = deps.clock.now();
    const recoveredAt = await readRecovery(trx, row);
    const reopened = await returnToOpen(trx, row, { at, actor, reason: 'person', recoveredAt });
    await askForCardSync(trx, row.id, row.severity, actor);
    return { kind: 'reopened', incident: await summarizeIncident(trx, reopened) };
  });
  if (outcome.kind === 'reopened') {
    deps.metrics.increment('sentinel_incident_transitions_total', { transition: 'reopened' });
  }
  return outcome;
};

const openIncidentOfLead = async (trx: DatabaseTransaction, row: Row<'incidents'>): Promise<number | null> => {
  const lead = await trx
    .selectFrom('anomalies')
    .select(['service', 'signal'])
    .where('id', '=', row.lead_anomaly_id)
    .executeTakeFirst();
  if (!lead) return null;
  const other = await trx
    .selectFrom('incident_keys')
    .innerJoin('incidents', 'incidents.id', 'incident_keys.incident_id')
    .select('incidents.number')
    .where('incident_keys.key', '=', keyOf(lead))
    .where('incident_keys.is_open', '=', true)
    .executeTakeFirst();
  return other?.number ?? null;
};

/** Since when all of its anomalies are quiet; null if one is not. */
const readRecovery = async (trx: DatabaseTransaction, row: Row<'incidents'>): Promise<Date | null> => {
  const lasting = await trx
    .selectFrom('anomalies')
    .select('id')
    .where('incident_id', '=', row.id)
    .where((where) => where.or([where('closed_at', 'is', null), where('is_gone', '=', true)]))
    .limit(1)
    .executeTakeFirst();
  if (lasting) return null;
  if (row.recovered_at) return row.recovered_at;
  const { quietSince } = await trx
    .selectFrom('anomalies')
    .select((anomaly) => anomaly.fn.max('quiet_since').as('quietSince'))
    .where('incident_id', '=', row.id)
    .executeTakeFirstOrThrow();
  return quietSince;
};
