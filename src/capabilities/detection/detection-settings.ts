import { SECOND_MS } from '#kernel/duration.ts';
import { FAILED_BY_DEFAULT } from '#kernel/error-levels.ts';
import { DEFAULT_SEVERITY_LINES, type SeverityLines } from '#kernel/severity.ts';

/** How big a change must be before it may page. */
export interface SizeFloors {
  /** Percentage points above the usual error rate. */
  readonly errorPoints: number;
  /** Times the usual error rate. */
  readonly errorRatio: number;
  /** Share of requests, in [0, 1], slower than 1.25 × the usual median. */
  readonly midShare: number;
  /** Share of requests, in [0, 1], slower than 1.5 × the usual p99. */
  readonly farShare: number;
}

export const DETECTION_PRESETS = ['normal', 'quiet'] as const;
export type DetectionPreset = (typeof DETECTION_PRESETS)[number];

export interface DetectionSettings {
  readonly intervalMs: number;
  /** Rows younger than this are not counted yet: they may still be arriving. */
  readonly lagMs: number;
  /** `quiet` waits for a second tick before it wakes somebody, unless the fault is gross. */
  readonly preset: DetectionPreset;
  readonly severityLines: SeverityLines;
  readonly sizeFloors: SizeFloors;
  /** ES|QL condition over `logs`: which requests failed. */
  readonly failedExpression: string;
}

export const DEFAULT_DETECTION_SETTINGS: DetectionSettings = {
  intervalMs: 30 * SECOND_MS,
  lagMs: 12 * SECOND_MS,
  preset: 'normal',
  severityLines: DEFAULT_SEVERITY_LINES,
  sizeFloors: { errorPoints: 1.25, errorRatio: 2, midShare: 0.5, farShare: 0.01 },
  failedExpression: FAILED_BY_DEFAULT,
};
