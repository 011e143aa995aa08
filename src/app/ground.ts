import type { PrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import type { Database, StateStore } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { IncidentBoard } from '#ports/incident-board.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import type { OpenTelemetry } from './open-telemetry.ts';
import type { SettingNames } from './setting-names.ts';
import type { Config } from '../config.ts';

export interface SentinelDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** By default the keys of sentinel.yaml. */
  readonly settingNames?: SettingNames;
}

/** What the parts are made from. */
export interface Ground extends SentinelDeps {
  readonly config: Config;
  readonly settingNames: SettingNames;
  readonly logger: Logger;
  readonly metrics: PrometheusMetrics;
  readonly telemetryStore: TelemetryStore;
  readonly fieldGaps: OpenTelemetry['fieldGaps'];
  readonly stateStore: StateStore;
  readonly db: Database;
  readonly board: IncidentBoard;
}

/** What was opened or started, to be ended in the opposite order. */
export type Endings = (() => Promise<void>)[];
