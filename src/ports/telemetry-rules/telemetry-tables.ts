import type { LogRecord, MetricPoint, SpanRecord } from '../telemetry-store.ts';
import { MAX_KEYWORD_LENGTH, MAX_MESSAGE_LENGTH } from './row-limits.ts';

export const TELEMETRY_KINDS = ['logs', 'spans', 'metrics'] as const;
export type TelemetryKind = (typeof TELEMETRY_KINDS)[number];

export type TelemetryRow = LogRecord | SpanRecord | MetricPoint;

export interface Column<Row> {
  /** The field's name in queries. */
  readonly field: string;
  readonly type: 'date' | 'string' | 'double' | 'integer';
  readonly isRequired: boolean;
  readonly maxLength: number;
  readonly allowed: readonly string[] | null;
  /** Undefined like null: the field is absent. */
  read(row: Row): string | number | null | undefined;
}

export interface TelemetryTable<Row> {
  readonly kind: TelemetryKind;
  /** Without the attributes, which every kind may have. */
  readonly columns: readonly Column<Row>[];
}

type Read<Row> = Column<Row>['read'];

const column = <Row>(
  field: string,
  type: Column<Row>['type'],
  read: Read<Row>,
  extra: Partial<Pick<Column<Row>, 'isRequired' | 'maxLength' | 'allowed'>> = {},
): Column<Row> => ({
  field,
  type,
  read,
  isRequired: false,
  maxLength: MAX_KEYWORD_LENGTH,
  allowed: null,
  ...extra,
});

const REQUIRED = { isRequired: true } as const;

const timestamp = <Row extends { readonly timestampMs: number }>(): Column<Row> =>
  column('@timestamp', 'date', (row) => row.timestampMs, REQUIRED);

const logs: TelemetryTable<LogRecord> = {
  kind: 'logs',
  columns: [
    timestamp(),
    column('service.name', 'string', (row) => row.service, REQUIRED),
    column('level', 'string', (row) => row.level),
    column('message', 'string', (row) => row.message, { maxLength: MAX_MESSAGE_LENGTH }),
    column('duration_ms', 'double', (row) => row.durationMs),
    column('trace.id', 'string', (row) => row.traceId),
    column('span.id', 'string', (row) => row.spanId),
    column('status_code', 'integer', (row) => row.statusCode),
    column('host.name', 'string', (row) => row.host),
  ],
};

const spans: TelemetryTable<SpanRecord> = {
  kind: 'spans',
  columns: [
    timestamp(),
    column('trace.id', 'string', (row) => row.traceId, REQUIRED),
    column('span.id', 'string', (row) => row.spanId, REQUIRED),
    column('parent.id', 'string', (row) => row.parentId),
    column('service.name', 'string', (row) => row.service, REQUIRED),
    column('span.name', 'string', (row) => row.name, REQUIRED),
    column('span.kind', 'string', (row) => row.kind, {
      isRequired: true,
      allowed: ['server', 'client', 'internal', 'producer', 'consumer'],
    }),
    column('peer.service', 'string', (row) => row.peerService),
    column('duration_ms', 'double', (row) => row.durationMs, REQUIRED),
    column('status', 'string', (row) => row.status, { isRequired: true, allowed: ['ok', 'error', 'unset'] }),
  ],
};

const metrics: TelemetryTable<MetricPoint> = {
  kind: 'metrics',
  columns: [
    timestamp(),
    column('metric.name', 'string', (row) => row.name, REQUIRED),
    column('value', 'double', (row) => row.value, REQUIRED),
    column('unit', 'string', (row) => row.unit),
    column('service.name', 'string', (row) => row.service),
  ],
};

export const TELEMETRY_TABLES = { logs, spans, metrics } as const;
