import { totalmem } from 'node:os';
import { pino } from 'pino';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { type DetectionDeps, runDetectionTick } from '#capabilities/detection/index.ts';
import {
  listIncidents,
  listIncidentViews,
  listLastingAnomalies,
  listRecordedAnomalies,
  type RecordedAnomaly,
  resolveIncident,
} from '#capabilities/incidents/index.ts';
import { ingestLines, type IngestRecord, type IngestTally } from '#capabilities/ingest/index.ts';
import { CALL_GRAPH_REFRESH_EVERY_MS, refreshCallGraph } from '#capabilities/topology/index.ts';
import { migrateToLatest } from '#database/migrate.ts';
import type { StateStore } from '#database/state-store.ts';
import type { Actor } from '#kernel/actor.ts';
import type { AnomalyObservation, DetectionGap } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { IncidentView } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { WatchSettings } from '../config.ts';
import { callGraphDeps, detectionDeps, type DetectionGround } from './bind-detection.ts';
import { recordThinner } from './thin-record.ts';

export { createTally } from '#capabilities/ingest/index.ts';
export type { AnomalyObservation, DetectionGap, IncidentView, IngestTally, RecordedAnomaly };

export interface ReplaySettings extends WatchSettings {
  /** An incident is resolved this long after it recovered, for want of a responder; null: never. */
  readonly resolveAfterMs: number | null;
}

/** A row that was read, before it is stored. */
export interface ReadRow {
  readonly timestampMs: number;
  readonly service: string | null;
  readonly isRequest: boolean;
}

export interface LoadInput {
  readonly index: 'logs' | 'spans';
  readonly body: AsyncIterable<Uint8Array>;
  readonly tally: IngestTally;
  /** Called for each row that has a time; false leaves it out. */
  readonly isWanted: (row: ReadRow) => boolean;
}

/** The worst observation of an anomaly, and when the anomaly first passed the page rules. */
export interface Peak {
  readonly at: Date;
  readonly observation: AnomalyObservation;
  readonly firedAt: Date | null;
}

export interface Findings {
  /** In the order in which they were first seen. */
  readonly anomalies: readonly (RecordedAnomaly & { readonly peak: Peak })[];
  /** By number. */
  readonly incidents: readonly IncidentView[];
}

/** Detection and folding over stored lines, at whatever times `check` is told. */
export interface Replay {
  /** Stores what detection reads of each line. All of it comes before the first check. */
  load(input: LoadInput): Promise<void>;
  /** What Sentinel would have done at that time. Each one is later than the last. */
  check(at: Date): Promise<{ readonly services: number; readonly gaps: readonly DetectionGap[] }>;
  findings(): Promise<Findings>;
  close(): Promise<void>;
}

// Lines of any time are history: nothing is of the future until the checks begin.
const END_OF_TIME = new Date(8_640_000_000_000_000);
const MEMORY_SHARE = 0.5;
const REPLAY: Actor = { kind: 'person', id: 'replay', surface: 'command-line' };

const NO_METRICS: Metrics = { increment: () => undefined, observe: () => undefined, set: () => undefined };

interface Watch {
  readonly ground: DetectionGround;
  readonly stateStore: StateStore;
  readonly detection: DetectionDeps;
  readonly refresh: (at: Date) => Promise<readonly DetectionGap[]>;
}

export interface ReplayDeps {
  /** An empty state store of the latest schema; the replay closes it. */
  readonly openState: () => Promise<StateStore>;
}

/** State that ends with the replay. Throws AppError if it cannot be opened. */
export const openReplayState = async (): Promise<StateStore> => {
  const { stateStore } = await openPglite({ dataDirectory: null });
  await migrateToLatest(stateStore.db);
  return stateStore;
};

/** Opens a telemetry store in memory, and state with the first check. Both throw AppError if they cannot be opened. */
export const createReplay = async ({ openState }: ReplayDeps, settings: ReplaySettings): Promise<Replay> => {
  let now = END_OF_TIME;
  const clock: Clock = { now: () => now };
  // What is asked for is on standard output.
  const logger: Logger = pino({ level: 'error' }, pino.destination(2));
  const observed = { clock, logger, metrics: NO_METRICS };
  const telemetryStore = await openDuckdbTelemetryStore(observed, {
    file: ':memory:',
    memoryLimit: `${Math.round((totalmem() * MEMORY_SHARE) / 1e6)}MB`,
    dataDirectorySetting: 'no setting',
  });
  const thin = recordThinner(settings.detection.failedExpression);
  const peaks = new Map<string, Peak>();
  let hasObserved = false;
  let watch: Watch | undefined;

  const openWatch = async (): Promise<Watch> => {
    const stateStore = await openState();
    const { db } = stateStore;
    const ground: DetectionGround = { ...observed, telemetryStore, db, config: settings };
    return { ground, stateStore, detection: detectionDeps(ground), refresh: refresher(ground) };
  };

  const notePeaks = async (
    { db }: DetectionGround,
    at: Date,
    observations: readonly AnomalyObservation[],
  ): Promise<void> => {
    const lasting = await listLastingAnomalies({ db });
    const ids = new Map(lasting.map(({ id, service, signal }) => [`${signal} ${service}`, id]));
    for (const observation of observations) {
      const id = ids.get(`${observation.signal} ${observation.service}`);
      if (id === undefined) continue;
      const known = peaks.get(id);
      const highest = known && !isWorseThan(observation, known.observation) ? known : { at, observation };
      peaks.set(id, { ...highest, firedAt: known?.firedAt ?? (observation.isPaging ? at : null) });
    }
  };

  return {
    load: async ({ index, body, tally, isWanted }) => {
      const select = (record: IngestRecord): IngestRecord | null => {
        const row = readRowOf(record);
        return row !== null && !isWanted(row) ? null : thin(record);
      };
      await ingestLines({ telemetryStore, select }, body, index, tally);
    },

    check: async (at) => {
      now = at;
      watch ??= await openWatch();
      const { ground, detection, refresh } = watch;
      const graphGaps = await refresh(at);
      const outcome = await runDetectionTick(detection);
      invariant(outcome.kind === 'finished', 'a replay checks alone, and no sooner than its interval');
      const { observations, services, gaps } = outcome;
      if (observations.length > 0) {
        hasObserved = true;
        await notePeaks(ground, at, observations);
      }
      if (hasObserved) await resolveRecovered(ground, settings.resolveAfterMs);
      return { services, gaps: [...gaps, ...graphGaps] };
    },

    findings: async () => {
      if (!watch) return { anomalies: [], incidents: [] };
      const { db } = watch.ground;
      const anomalies = (await listRecordedAnomalies({ db })).map((anomaly) => ({
        ...anomaly,
        // One that was split off an older one may end before it is observed again.
        peak: peaks.get(anomaly.id) ?? { at: anomaly.firstTickAt, observation: anomaly, firedAt: null },
      }));
      return { anomalies, incidents: await listIncidentViews({ db }) };
    },

    close: async () => {
      await watch?.stateStore.close();
      await telemetryStore.close();
    },
  };
};

// Scores are cut at 10: among those the share decides.
const isWorseThan = (a: AnomalyObservation, b: AnomalyObservation): boolean =>
  a.score > b.score || (a.score === b.score && a.k * b.n > b.k * a.n);

/** A line without a time is left to the store, which says what is missing. */
const readRowOf = ({ index, row }: IngestRecord): ReadRow | null => {
  const timestampMs: unknown = row.timestampMs;
  if (typeof timestampMs !== 'number') return null;
  return { timestampMs, service: row.service, isRequest: index === 'logs' && row.durationMs !== null };
};

/** Reads the call graph when it is due. */
const refresher = (ground: DetectionGround): ((at: Date) => Promise<readonly DetectionGap[]>) => {
  let dueAt: Date | null = null;
  return async (at) => {
    if (dueAt !== null && at < dueAt) return [];
    dueAt = addMs(at, CALL_GRAPH_REFRESH_EVERY_MS);
    try {
      await refreshCallGraph(callGraphDeps(ground));
      return [];
    } catch (error) {
      if (!isAppError(error)) throw error;
      return [
        { kind: 'query-failed', service: null, message: `The call graph could not be read: ${error.userMessage}` },
      ];
    }
  };
};

/** Does what a responder would: else whatever fires on later days would return to the first day's incident. */
const resolveRecovered = async (ground: DetectionGround, afterMs: number | null): Promise<void> => {
  if (afterMs === null) return;
  const now = ground.clock.now().getTime();
  const { incidents } = await listIncidents(ground, { state: 'unresolved' });
  for (const { number, recoveredAt } of incidents) {
    if (recoveredAt === null || now - recoveredAt.getTime() < afterMs) continue;
    await resolveIncident(ground, { number }, REPLAY);
  }
};
