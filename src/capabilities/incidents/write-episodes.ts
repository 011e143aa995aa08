import type { NewRow, Row } from '#database/schema.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import type { AnomalyClosing, AnomalyObservation } from '#kernel/anomaly.ts';
import type { Severity } from '#kernel/severity.ts';
import { episodeOf, keyOf } from './episode.ts';
import { closedEpisode, newEpisode, updatedEpisode } from './episode-row.ts';
import { readObservation } from './observation-json.ts';

export interface DetectionTick {
  readonly at: Date;
  readonly observations: readonly AnomalyObservation[];
  readonly closings: readonly AnomalyClosing[];
}

export interface WrittenEpisodes {
  /** Opened in this tick. */
  readonly opened: readonly AnomalyObservation[];
  /** All that lasted, as they were before this tick. */
  readonly before: ReadonlyMap<string, Row<'anomalies'>>;
  /** Their numbers would read differently on a card. */
  readonly changedIds: ReadonlySet<string>;
}

// PostgreSQL takes at most 65,535 parameters in a statement; an episode has 20.
const ROWS_PER_STATEMENT = 1_000;

/** Brings the stored episodes up to the tick: begins, updates and ends them. */
export const writeEpisodes = async (trx: DatabaseTransaction, tick: DetectionTick): Promise<WrittenEpisodes> => {
  const live = await trx.selectFrom('anomalies').selectAll().where('closed_at', 'is', null).forUpdate().execute();
  const stored = new Map(live.map((row) => [keyOf(row), row]));
  // Also those that are not told of now: detection and the filter of log lines record at times of their own.
  const before = new Map(live.map((row) => [row.id, row]));
  const written = new Map<string, NewRow<'anomalies'>>();
  const changedIds = new Set<string>();
  const opened: AnomalyObservation[] = [];

  for (const observation of inOrderOfKey(tick.observations)) {
    const row = stored.get(keyOf(observation));
    if (row) {
      written.set(row.id, updatedEpisode(row, observation, tick.at));
      if (readsDifferently(readObservation(row.observation), observation)) changedIds.add(row.id);
    } else if (observation.severity !== null) {
      opened.push(observation);
    }
  }
  for (const closing of inOrderOfKey(tick.closings)) {
    const row = stored.get(keyOf(closing));
    if (!row) continue;
    written.set(row.id, closedEpisode(row, closing, tick.at));
    changedIds.add(row.id);
  }
  const rows = [...written.values(), ...opened.map((observation) => newEpisode(observation, tick.at))];
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await upsertEpisodes(trx, rows.slice(start, start + ROWS_PER_STATEMENT));
  }
  return { opened, before, changedIds };
};

/**
 * An episode that outlasts its resolved incident by the cooldown and still pages goes on as a new one,
 * so that each incident keeps the numbers that it was resolved with.
 */
export const splitOutlastingEpisodes = async (
  trx: DatabaseTransaction,
  { at, resolvedSince, openFrom }: { readonly at: Date; readonly resolvedSince: Date; readonly openFrom: Severity },
): Promise<void> => {
  const outlasting = await trx
    .selectFrom('anomalies')
    .innerJoin('incidents', 'incidents.id', 'anomalies.incident_id')
    .selectAll('anomalies')
    .where('anomalies.closed_at', 'is', null)
    .where('incidents.state', '=', 'resolved')
    .where('incidents.resolved_at', '<', resolvedSince)
    .execute();
  for (const row of outlasting) {
    const episode = episodeOf(row, at, openFrom);
    if (!episode.canOpen || !episode.isFailingNow) continue;
    await trx.updateTable('anomalies').set({ closed_at: at, quiet_since: at }).where('id', '=', row.id).execute();
    const observation = readObservation(row.observation);
    // Lines are counted since the onset, which therefore stays.
    const onsetAt = row.signal === 'log_match' ? row.onset_at : at;
    await upsertEpisodes(trx, [newEpisode({ ...observation, onsetAt }, at)]);
  }
};

const upsertEpisodes = async (trx: DatabaseTransaction, rows: readonly NewRow<'anomalies'>[]): Promise<void> => {
  await trx
    .insertInto('anomalies')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((row) => ({
        last_tick_at: row.ref('excluded.last_tick_at'),
        closed_at: row.ref('excluded.closed_at'),
        quiet_since: row.ref('excluded.quiet_since'),
        score: row.ref('excluded.score'),
        peak_score: row.ref('excluded.peak_score'),
        peak_rate: row.ref('excluded.peak_rate'),
        severity: row.ref('excluded.severity'),
        worst_severity: row.ref('excluded.worst_severity'),
        is_paging: row.ref('excluded.is_paging'),
        large_since: row.ref('excluded.large_since'),
        observation: row.ref('excluded.observation'),
        onset_at: row.ref('excluded.onset_at'),
        peak_observation: row.fn.coalesce('excluded.peak_observation', 'anomalies.peak_observation'),
        is_gone: row.ref('excluded.is_gone'),
      })),
    )
    .execute();
};

const readsDifferently = (a: AnomalyObservation, b: AnomalyObservation): boolean =>
  (a.calm === null) !== (b.calm === null) ||
  a.k !== b.k ||
  a.n !== b.n ||
  a.severity !== b.severity ||
  a.score.toFixed(1) !== b.score.toFixed(1);

// In one order everywhere, so that two ticks at once cannot wait for each other.
const inOrderOfKey = <T extends AnomalyObservation | AnomalyClosing>(items: readonly T[]): readonly T[] =>
  items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
