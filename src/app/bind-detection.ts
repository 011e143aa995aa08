import type { DetectionDeps } from '#capabilities/detection/index.ts';
import {
  lockOpenings,
  readKnownAnomalies,
  readLastingObservations,
  recordDetection,
} from '#capabilities/incidents/index.ts';
import type { LogMatchDeps } from '#capabilities/log-matches/index.ts';
import { type RefreshCallGraphDeps, refreshOldCallGraph } from '#capabilities/topology/index.ts';
import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { WatchSettings } from '../config.ts';

/** What detection and folding stand on, in the process and in a replay. */
export interface DetectionGround {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly telemetryStore: TelemetryStore;
  readonly db: Database;
  readonly config: WatchSettings;
}

export const detectionDeps = (ground: DetectionGround): DetectionDeps => ({
  ...ground,
  settings: ground.config.detection,
  readKnownAnomalies,
  beforeFolding: (signal) => refreshOldCallGraph(callGraphDeps(ground), signal),
  recordDetection: async (trx, tick) => {
    await recordDetection({ metrics: ground.metrics, settings: ground.config.incidents }, trx, tick);
  },
});

export const logMatchDeps = ({
  db,
  clock,
  metrics,
  config,
}: Pick<DetectionGround, 'db' | 'clock' | 'metrics' | 'config'>): LogMatchDeps => ({
  db,
  clock,
  lockRecording: lockOpenings,
  readLasting: (state) => readLastingObservations(state, 'log_match'),
  record: async (trx, tick) => {
    await recordDetection({ metrics, settings: config.incidents }, trx, tick);
  },
});

export const callGraphDeps = ({
  db,
  clock,
  logger,
  telemetryStore,
  config,
}: Omit<DetectionGround, 'metrics'>): RefreshCallGraphDeps => {
  const calls = Object.entries(config.services).map(([name, service]) => [name, service.calls] as const);
  return { db, clock, logger, telemetryStore, settings: { calls: Object.fromEntries(calls) } };
};
