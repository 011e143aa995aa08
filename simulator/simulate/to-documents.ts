import type { LogRecord, MetricPoint, SpanRecord, TelemetryBatch } from '#ports/telemetry-store.ts';
import type { TelemetryKind } from './flags.ts';
import type { Document } from './target.ts';

type Attributes = Readonly<Record<string, string>>;
type Fields = Readonly<Record<string, string | number | null>>;

const timeOf = (timestampMs: number): string => new Date(timestampMs).toISOString();

const withAttributes = (fields: Fields, attributes: Attributes | undefined): string => {
  const all: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== null) all[name] = value;
  for (const [name, value] of Object.entries(attributes ?? {})) all[`attributes.${name}`] = value;
  return JSON.stringify(all);
};

const logJson = (row: LogRecord): string =>
  withAttributes(
    {
      '@timestamp': timeOf(row.timestampMs),
      'service.name': row.service,
      level: row.level,
      message: row.message,
      duration_ms: row.durationMs,
      'trace.id': row.traceId,
      'span.id': row.spanId,
      status_code: row.statusCode,
      'host.name': row.host,
    },
    row.attributes,
  );

const spanJson = (row: SpanRecord): string =>
  withAttributes(
    {
      '@timestamp': timeOf(row.timestampMs),
      'trace.id': row.traceId,
      'span.id': row.spanId,
      'parent.id': row.parentId,
      'service.name': row.service,
      'span.name': row.name,
      'span.kind': row.kind,
      'peer.service': row.peerService,
      duration_ms: row.durationMs,
      status: row.status,
    },
    row.attributes,
  );

const metricJson = (row: MetricPoint): string =>
  withAttributes(
    {
      '@timestamp': timeOf(row.timestampMs),
      'metric.name': row.name,
      value: row.value,
      unit: row.unit,
      'service.name': row.service,
    },
    row.attributes,
  );

/** Makes documents of batches; ids count on within one run, and begin with what tells it from other runs. */
export const createDocumentMaker = (
  run: string,
): ((batch: TelemetryBatch) => readonly (readonly [TelemetryKind, readonly Document[]])[]) => {
  let made = 0;
  const toDocuments = <Row>(rows: readonly Row[] | undefined, json: (row: Row) => string): readonly Document[] =>
    (rows ?? []).map((row) => {
      made += 1;
      return { id: `${run}-${made}`, json: json(row) };
    });
  return (batch) =>
    (
      [
        ['logs', toDocuments(batch.logs, logJson)],
        ['spans', toDocuments(batch.spans, spanJson)],
        ['metrics', toDocuments(batch.metrics, metricJson)],
      ] as const
    ).filter(([, documents]) => documents.length > 0);
};
