import type { Database, DatabaseTransaction } from '#database/state-store.ts';
import type { AnomalyClosing, AnomalyObservation, DetectionGap, KnownAnomaly } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { adoptKnownAnomalies } from './adopt-known-anomalies.ts';
import type { DetectionAdvance } from './advance-detection.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { DetectionState } from './detection-state.ts';
import { wasClockSetBack } from './due.ts';
import { futureRowGaps } from './future-row-gaps.ts';
import { lookAtOnce } from './look-at-once.ts';
import { lookAtShards } from './large/look-at-shards.ts';
import { sightOf } from './tick-sight.ts';
import { readDetectionState, type StoredState, writeDetectionState } from './store-detection-state.ts';

/** What a tick hands to whoever tracks incidents, in the tick's own transaction. */
export interface RecordedTick {
  readonly at: Date;
  readonly observations: readonly AnomalyObservation[];
  readonly closings: readonly AnomalyClosing[];
}

export interface DetectionDeps {
  readonly clock: Clock;
  readonly db: Database;
  readonly telemetryStore: TelemetryStore;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly settings: DetectionSettings;
  /** The anomalies that last, as those know them who record them. */
  readonly readKnownAnomalies: (db: Database) => Promise<readonly KnownAnomaly[]>;
  /** Comes before what pages is recorded, outside its transaction. Its faults are logged: a page does not wait for them. */
  readonly beforeFolding: (signal: AbortSignal) => Promise<void>;
  readonly recordDetection: (trx: DatabaseTransaction, tick: RecordedTick) => Promise<void>;
}

export type TickOutcome =
  | {
      readonly kind: 'finished';
      /** The end of the window that was looked at. */
      readonly at: Date;
      readonly services: number;
      readonly observations: readonly AnomalyObservation[];
      readonly closings: readonly AnomalyClosing[];
      readonly gaps: readonly DetectionGap[];
      /** ES|QL queries asked, at most two. */
      readonly queries: number;
    }
  /** Another tick was first; nothing was written. */
  | { readonly kind: 'lost-race' }
  /** The last tick was less than half an interval ago; nothing was asked. */
  | { readonly kind: 'too-soon' };

const BEFORE_FOLDING_LIMIT_MS = 8 * SECOND_MS;

const isTooSoon = (state: DetectionState, at: Date, { intervalMs }: DetectionSettings): boolean => {
  const { lastTickAt } = state.tick;
  if (!lastTickAt || wasClockSetBack(lastTickAt, at)) return false;
  return at.getTime() - lastTickAt.getTime() < intervalMs / 2;
};

const commit = async (
  deps: DetectionDeps,
  stored: StoredState,
  advance: DetectionAdvance,
  recorded: RecordedTick,
  row: { readonly startedAt: Date; readonly gaps: readonly DetectionGap[] } & ReturnType<typeof sightOf>,
): Promise<boolean> =>
  deps.db.transaction().execute(async (trx) => {
    if (!(await writeDetectionState(trx, stored, advance.state))) return false;
    await deps.recordDetection(trx, recorded);
    await trx
      .insertInto('detection_ticks')
      .values({
        started_at: row.startedAt,
        finished_at: deps.clock.now(),
        services: advance.services,
        gaps: JSON.stringify(row.gaps),
        sight: row.sight,
        unseen_because: row.unseenBecause,
      })
      .execute();
    return true;
  });

const prepareFolding = async ({ beforeFolding, logger }: DetectionDeps, signal?: AbortSignal): Promise<void> => {
  const limit = AbortSignal.timeout(BEFORE_FOLDING_LIMIT_MS);
  try {
    await beforeFolding(signal ? AbortSignal.any([signal, limit]) : limit);
  } catch (error) {
    logger.warn({ err: error }, 'What pages is folded by what was known before');
  }
};

/**
 * One tick: reads all counts in at most two queries, scores them, and commits state,
 * anomalies and the tick itself in one transaction. Of two ticks at once one writes nothing.
 * What could not be looked at is a gap in the outcome, never health. Throws AppError for
 * faults of the database.
 */
export const runDetectionTick = async (
  deps: DetectionDeps,
  options: { readonly at?: Date; readonly signal?: AbortSignal } = {},
): Promise<TickOutcome> => {
  const { clock, db, logger, metrics, settings, telemetryStore } = deps;
  const startedAt = clock.now();
  const now = options.at ?? startedAt;
  const at = addMs(now, -settings.lagMs);
  const finish = (outcome: TickOutcome): TickOutcome => {
    metrics.increment('sentinel_detection_ticks_total', { outcome: outcome.kind });
    metrics.observe('sentinel_detection_tick_seconds', (clock.now().getTime() - startedAt.getTime()) / SECOND_MS);
    return outcome;
  };

  const stored = await readDetectionState(db);
  if (stored.unreadable.length > 0) {
    logger.warn({ rows: stored.unreadable }, 'Detection state of an unknown shape was reset');
  }
  if (isTooSoon(stored.state, at, settings)) return finish({ kind: 'too-soon' });

  const { state, lost } = adoptKnownAnomalies(stored.state, await deps.readKnownAnomalies(db));
  for (const { service, signal } of lost) {
    logger.warn({ service, signal }, 'The state of an anomaly was lost; it is followed anew');
  }

  const { large } = state;
  const asking = { ...deps, ...(options.signal ? { signal: options.signal } : {}) };
  const look = large ? await lookAtShards(asking, state, large, at) : await lookAtOnce(asking, state, at);
  if (look.advance.observations.some(({ isPaging }) => isPaging)) await prepareFolding(deps, options.signal);
  // A tick that was stopped at its limit must not write after another one took its turn.
  options.signal?.throwIfAborted();
  const { advance } = look;
  for (const { service, error } of advance.faults)
    logger.error({ service, err: error }, 'A service could not be judged');

  const { observations, closings } = advance;
  const gaps = [...advance.gaps, ...futureRowGaps(telemetryStore.futureRows(), now)];
  const isWritten = await commit(
    deps,
    stored,
    advance,
    { at: now, observations, closings },
    { startedAt, gaps, ...sightOf(look) },
  );
  if (!isWritten) return finish({ kind: 'lost-race' });
  for (const { kind } of gaps) metrics.increment('sentinel_detection_gaps_total', { kind });
  if (!look.isBlind) metrics.set('sentinel_services_watched', advance.services);
  return finish({
    kind: 'finished',
    at,
    services: advance.services,
    observations,
    closings,
    gaps,
    queries: look.queries,
  });
};
