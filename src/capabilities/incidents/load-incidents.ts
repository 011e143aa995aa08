import type { Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import type { Severity } from '#kernel/severity.ts';
import { type Episode, episodeOf } from './episode.ts';

/** An incident with all of its anomalies, locked until the transaction ends. */
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
  const anomalies = await trx
    .selectFrom('anomalies')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([where('closed_at', 'is', null), where('incident_id', 'is', null)]),
        ...(ids.length === 0 ? [] : [where('incident_id', 'in', ids)]),
      ]),
    )
    .orderBy('onset_at')
    .orderBy('id')
    .execute();
  const episodes = anomalies.map((row) => episodeOf(row, options.at, options.openFrom));
  return {
    incidents: rows.map((row) => ({
      row,
      members: episodes.filter((episode) => episode.incidentId === row.id),
      keys: new Set(
        keyRows
          .filter((key) => key.incident_id === row.id && (key.is_open || row.state === 'resolved'))
          .map((key) => key.key),
      ),
    })),
    unattached: episodes.filter((episode) => episode.incidentId === null),
  };
};
