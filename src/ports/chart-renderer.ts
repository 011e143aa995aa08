import type { Severity } from '#kernel/severity.ts';

export interface SignalPoint {
  readonly at: Date;
  /** Null where nothing was seen: the line never bridges a gap. */
  readonly value: number | null;
  /** Expected band. */
  readonly low: number;
  readonly high: number;
  readonly isOutOfBand: boolean;
}

/**
 * One signal of one service against its expected band. Values are percent (0…100), milliseconds, or lines a
 * minute, for which nothing is expected.
 */
export interface SignalChart {
  readonly service: string;
  readonly signal: 'error_rate' | 'latency' | 'log_match';
  readonly unit: 'percent' | 'milliseconds' | 'lines';
  readonly severity: Severity;
  readonly points: readonly SignalPoint[];
  readonly onsetAt: Date;
  /** Of the last point that was seen, which the chart marks, and the sample that it stands on; of lines, all since the onset. */
  readonly value: number | null;
  readonly sampleSize: number;
  readonly sampleMinutes: number;
  readonly rowUnit: 'requests' | 'log lines';
  /** Typical value. */
  readonly expected: number;
  readonly recoveredAt: Date | null;
  readonly noDataSince: Date | null;
}

/** A line of a waterfall: a span, with what is marked about it. Milliseconds since the trace began. */
export interface WaterfallSpan {
  readonly service: string;
  readonly name: string;
  readonly depth: number;
  readonly fromMs: number;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly isCritical: boolean;
  /** Its own stretches of the critical path. */
  readonly critical: readonly { readonly fromMs: number; readonly toMs: number }[];
}

/** A trace over time: in the order of its tree, with what is not shown counted. */
export interface WaterfallChart {
  readonly title: string;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly totalSpans: number;
  readonly spans: readonly WaterfallSpan[];
  readonly folded: readonly {
    /** Null: several services. */
    readonly service: string | null;
    readonly count: number;
    readonly errors: number;
  }[];
}

/** One neighbour of a service, and how the calls between them went. */
export interface CallsRow {
  readonly service: string;
  readonly calls: number;
  readonly failed: number;
  /** Of a sample of traces; otherwise every call is counted. */
  readonly isSampled: boolean;
  /** Milliseconds; null: too few calls for it. */
  readonly p50Ms: number;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

/** Who calls a service, and whom it calls. */
export interface CallsChart {
  readonly service: string;
  /** What the numbers stand on, e.g. "488 of about 8,073 traces". */
  readonly sample: string;
  readonly callers: readonly CallsRow[];
  readonly callees: readonly CallsRow[];
}

export interface ChartSeries {
  /** Empty where there is only one. */
  readonly name: string;
  /** In the order of time. */
  readonly points: readonly { readonly at: Date; readonly value: number }[];
}

interface AnswerLabels {
  readonly measure: string;
  /** Null: not known. */
  readonly unit: 'ms' | '%' | null;
  /** The time that was searched, from null: since the beginning. Null: no time was. */
  readonly searched: { readonly from: Date | null; readonly to: Date } | null;
  readonly by: string;
  /** Groups that are not drawn. */
  readonly rest: number;
}

/** A number of an answer, over time or by group. Names are whatever telemetry calls them. */
export type AnswerChart =
  | (AnswerLabels & { readonly kind: 'lines'; readonly series: readonly ChartSeries[] })
  | (AnswerLabels & {
      readonly kind: 'bars';
      readonly bars: readonly { readonly name: string; readonly value: number }[];
    });

export interface ChartRenderer {
  /** PNG, 720 px wide. Throws AppError `rejected` if it cannot be drawn; the card then goes without. */
  renderSignal(chart: SignalChart): Promise<Uint8Array>;
  /** PNG, 720 px wide and as high as its lines need. Throws as `renderSignal` does. */
  renderWaterfall(chart: WaterfallChart): Promise<Uint8Array>;
  /** PNG, 720 px wide and as high as its lines need. Throws as `renderSignal` does. */
  renderCalls(chart: CallsChart): Promise<Uint8Array>;
  /** PNG, 720 px wide and as high as its bars need. Throws as `renderSignal` does. */
  renderAnswer(chart: AnswerChart): Promise<Uint8Array>;
}
