import type { AppendOutcome, LogRecord, MetricPoint, SpanRecord, TelemetryBatch } from '#ports/telemetry-store.ts';
import type { IngestRecord } from './read-record.ts';
import { INGEST_INDICES, type IngestIndex } from './record-fields.ts';
import type { Reservation } from './rows-in-flight.ts';

/** Rows for the store, with those that their reader refused already and that are only counted. */
export interface IngestBatch extends TelemetryBatch {
  readonly refused?: Readonly<Record<IngestIndex, number>>;
  /** About the room that they take. */
  readonly bytes?: number;
}

/** Where rows go; a telemetry store is one that counts no refusals of others. */
export interface RowStore {
  /** Whether ids of deliveries are of use to it. */
  readonly knowsDeliveries?: boolean;
  append(batch: IngestBatch): Promise<AppendOutcome>;
  /** Begins to count rows that are gathered before they are appended; absent: nobody else is to be kept room for. */
  reserve?(): Reservation;
}

/** Rows on their way to the store, each with the item of the request that it came from. */
export interface RowBatch {
  readonly logs: LogRecord[];
  readonly spans: SpanRecord[];
  readonly metrics: MetricPoint[];
  /** For each kind, the item of each row: a line, a document, a record; several rows may share one. */
  readonly items: Readonly<Record<IngestIndex, number[]>>;
  /** Rows that could not be read; they settle with the batch, so that what is sent again is not counted twice. */
  readonly refused: Record<IngestIndex, number>;
  rows: number;
  lastItem: number;
  /** As they arrived, or as they are held. */
  bytes: number;
}

export const createRowBatch = (): RowBatch => ({
  logs: [],
  spans: [],
  metrics: [],
  items: { logs: [], spans: [], metrics: [] },
  refused: { logs: 0, spans: 0, metrics: 0 },
  rows: 0,
  lastItem: 0,
  bytes: 0,
});

const withId = <Row extends object>(row: Row, deliveryId: string | null): Row =>
  deliveryId === null ? row : { ...row, deliveryId };

/** `deliveryId`: by which the store knows the row again. */
export const addRecord = (
  batch: RowBatch,
  record: IngestRecord,
  item: number,
  bytes: number,
  deliveryId: string | null = null,
): void => {
  if (record.index === 'logs') batch.logs.push(withId(record.row, deliveryId));
  else if (record.index === 'spans') batch.spans.push(withId(record.row, deliveryId));
  else batch.metrics.push(withId(record.row, deliveryId));
  batch.items[record.index].push(item);
  batch.rows += 1;
  batch.lastItem = item;
  batch.bytes += bytes;
};

export const addRefusal = (batch: RowBatch, index: IngestIndex, item: number): void => {
  batch.refused[index] += 1;
  batch.lastItem = item;
};

export const isEmpty = ({ rows, refused }: RowBatch): boolean =>
  rows === 0 && INGEST_INDICES.every((index) => refused[index] === 0);
