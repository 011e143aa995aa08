import type { AnomalyObservation, QueryEvidence } from '#kernel/anomaly.ts';
import type { Severity } from '#kernel/severity.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { SignalChart } from './chart-renderer.ts';

/** The signal of an incident's lead anomaly. */
export interface SignalChartRequest {
  readonly service: string;
  readonly signal: 'error_rate' | 'latency' | 'log_match';
  readonly severity: Severity;
  readonly onsetAt: Date;
  readonly recoveredAt: Date | null;
  readonly noDataSince: Date | null;
  /** Whose numbers the chart's present value repeats. */
  readonly lead: AnomalyObservation;
}

export interface LatencyRequest {
  readonly service: string;
  /** The minutes to tell the p99 of. */
  readonly window: TimeWindow;
  /** The hour before it is what is usual. */
  readonly onsetAt: Date;
}

export interface LatencyAnswer {
  /** Null where nothing was seen. */
  readonly p99Ms: number | null;
  readonly usualP99Ms: number | null;
  /** Requests that `p99Ms` stands on. */
  readonly n: number;
  readonly evidence: QueryEvidence;
}

/** What a card shows of a signal besides its anomaly, read from telemetry for display. Both throw AppError. */
export interface SignalHistory {
  /** Null where there is nothing to draw. */
  readonly readSignalChart: (request: SignalChartRequest) => Promise<SignalChart | null>;
  readonly readLatencyP99: (request: LatencyRequest) => Promise<LatencyAnswer>;
}
