import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import type { DetectionDeps, RecordedTick } from '#capabilities/detection/run-detection-tick.ts';
import type { Database } from '#database/state-store.ts';
import { addMs } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { AT } from './service-ticks.ts';

export interface MovableClock {
  now(): Date;
  advance(ms: number): void;
}

export const movableClock = (start: Date = AT): MovableClock => {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now = addMs(now, ms);
    },
  };
};

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export const silentMetrics: Metrics = { increment: () => {}, observe: () => {}, set: () => {} };

export interface TickWorld {
  readonly deps: DetectionDeps;
  readonly clock: MovableClock;
  /** What was handed over in ticks that went on to commit or to fail. */
  readonly recorded: RecordedTick[];
}

export const tickWorld = (
  db: Database,
  telemetryStore: TelemetryStore,
  clock: MovableClock = movableClock(),
  overrides: Partial<DetectionDeps> = {},
): TickWorld => {
  const recorded: RecordedTick[] = [];
  const deps: DetectionDeps = {
    clock,
    db,
    telemetryStore,
    logger: silentLogger,
    metrics: silentMetrics,
    settings: DEFAULT_DETECTION_SETTINGS,
    readKnownAnomalies: async () => [],
    beforeFolding: async () => undefined,
    recordDetection: async (_trx, tick) => {
      recorded.push(tick);
    },
    ...overrides,
  };
  return { deps, clock, recorded };
};

export const clearDetection = async (db: Database): Promise<void> => {
  await db.deleteFrom('detection_state').execute();
  await db.deleteFrom('detection_ticks').execute();
};
