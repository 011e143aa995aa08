import type { LogRecord, MetricPoint, SpanRecord, TelemetryBatch } from '#ports/telemetry-store.ts';

const MOST_ROWS = 5000;

/** Collects what the shop says, in the order in which it says it. */
export interface Recorder {
  log(row: LogRecord): void;
  span(row: SpanRecord): void;
  metric(row: MetricPoint): void;
  /** Hands over what was collected since, in batches of at most 5,000 rows. */
  take(): readonly TelemetryBatch[];
}

const slices = <T>(rows: readonly T[]): readonly T[][] =>
  Array.from({ length: Math.ceil(rows.length / MOST_ROWS) }, (_, index) =>
    rows.slice(index * MOST_ROWS, (index + 1) * MOST_ROWS),
  );

export const createRecorder = (): Recorder => {
  let logs: LogRecord[] = [];
  let spans: SpanRecord[] = [];
  let metrics: MetricPoint[] = [];
  return {
    log: (row) => logs.push(row),
    span: (row) => spans.push(row),
    metric: (row) => metrics.push(row),
    take: () => {
      const batches = [
        ...slices(logs).map((rows) => ({ logs: rows })),
        ...slices(spans).map((rows) => ({ spans: rows })),
        ...slices(metrics).map((rows) => ({ metrics: rows })),
      ];
      logs = [];
      spans = [];
      metrics = [];
      return batches;
    },
  };
};
