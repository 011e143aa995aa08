import type { LogRecord, MetricPoint, SpanRecord } from '#ports/telemetry-store.ts';
import type { IngestRecord } from './read-record.ts';
import type { IngestIndex } from './record-fields.ts';

/** Rows on their way to the store, each with the item of the request that it came from. */
export interface RowBatch {
  readonly logs: LogRecord[];
  readonly spans: SpanRecord[];
  readonly metrics: MetricPoint[];
  /** For each kind, the item of each row: a line, a document, a record; several rows may share one. */
  readonly items: Readonly<Record<IngestIndex, number[]>>;
  rows: number;
  lastItem: number;
  /** As they arrived. */
  bytes: number;
}

export const createRowBatch = (): RowBatch => ({
  logs: [],
  spans: [],
  metrics: [],
  items: { logs: [], spans: [], metrics: [] },
  rows: 0,
  lastItem: 0,
  bytes: 0,
});

export const addRecord = (batch: RowBatch, record: IngestRecord, item: number, bytes: number): void => {
  if (record.index === 'logs') batch.logs.push(record.row);
  else if (record.index === 'spans') batch.spans.push(record.row);
  else batch.metrics.push(record.row);
  batch.items[record.index].push(item);
  batch.rows += 1;
  batch.lastItem = item;
  batch.bytes += bytes;
};
