import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { Severity } from '#kernel/severity.ts';
import { type Episode, episodeOf } from './episode.ts';

/** An incident with the anomalies that may still matter to it, locked until the transaction ends. */
export interface LoadedIncident {
  readonly row: Row<'incidents'>;
  readonly members: readonly Episode[];
  /** Those that it tracks while unresolved, all that it tracked once resolved. */
  readonly keys: ReadonlySet<string>;
}

export interface LoadedState {
  readonly incidents: readonly LoadedIncident[];
  /** Anomalies that last and belong to no incident. */
  readonly unattached: readonly Episode[];
}

// What ended longer ago folds with nothing; of each signal the first and the newest episode are read all the same.
const MEMBER_ENDED_WITHIN_MS = 30 * MINUTE_MS;

/** Unresolved incidents, those resolved since then, and the anomalies of neither. */
export const loadIncidents = async (
  trx: DatabaseTransaction,
  options: { readonly at: Date; readonly resolvedSince: Date; readonly openFrom: Severity },
): Promise<LoadedState> => {
  const rows = await trx
    .selectFrom('incidents')
    .selectAll()
    .where((where) => where.or([where('state', '<>', 'resolved'), where('resolved_at', '>=', options.resolvedSince)]))
    .orderBy('number')
    .forUpdate()
    .execute();
  const ids = rows.map((row) => row.id);
  const keyRows =
    ids.length === 0 ? [] : await trx.selectFrom('incident_keys').selectAll().where('incident_id', 'in', ids).execute();
  const episodes = await loadEpisodes(trx, ids, options);
  const membersOf = Map.groupBy(episodes, (episode) => episode.incidentId);
  return {
    incidents: rows.map((row) => ({
      row,
      members: membersOf.get(row.id) ?? [],
      keys: new Set(
        keyRows
          .filter((key) => key.incident_id === row.id && (key.is_open || row.state === 'resolved'))
          .map((key) => key.key),
      ),
    })),
    unattached: membersOf.get(null) ?? [],
  };
};

const loadEpisodes = async (
  trx: DatabaseTransaction,
  incidentIds: readonly string[],
  { at, openFrom }: { readonly at: Date; readonly openFrom: Severity },
): Promise<readonly Episode[]> => {
  const edgeOfEachKey = (order: 'asc' | 'desc') =>
    trx
      .selectFrom('anomalies')
      .distinctOn(['incident_id', 'service', 'signal'])
      .select('id')
      .where('incident_id', 'in', incidentIds)
      .orderBy('incident_id')
      .orderBy('service')
      .orderBy('signal')
      .orderBy('onset_at', order);
  const rows = await trx
    .selectFrom('anomalies')
    .select([
      'id',
      'service',
      'signal',
      'onset_at',
      'closed_at',
      'quiet_since',
      'is_gone',
      'score',
      'severity',
      'worst_severity',
      'large_since',
      'incident_id',
    ])
    // Evidence is by far the most of it, and folding reads none.
    .select((row) => row('observation', '-', row.cast<string>(row.val('evidence'), 'text')).as('observation'))
    .where((where) =>
      where.or([
        where.and([where('closed_at', 'is', null), where('incident_id', 'is', null)]),
        ...(incidentIds.length === 0
          ? []
          : [
              where.and([
                where('incident_id', 'in', incidentIds),
                where.or([
                  where('closed_at', 'is', null),
                  where('quiet_since', '>=', addMs(at, -MEMBER_ENDED_WITHIN_MS)),
                  where('id', 'in', edgeOfEachKey('asc')),
                  where('id', 'in', edgeOfEachKey('desc')),
                ]),
              ]),
            ]),
      ]),
    )
    .orderBy('onset_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => episodeOf(row, at, openFrom));
};
