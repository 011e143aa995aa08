import type { LogRecord, MetricPoint, SpanRecord } from '#ports/telemetry-store.ts';
import { MAX_KEYWORD_LENGTH, MAX_MESSAGE_LENGTH } from './telemetry-limits.ts';

export const TELEMETRY_KINDS = ['logs', 'spans', 'metrics'] as const;
export type TelemetryKind = (typeof TELEMETRY_KINDS)[number];

export type TelemetryRow = LogRecord | SpanRecord | MetricPoint;

export interface Column<Row> {
  /** The field's name in queries, and the column's in the table. */
  readonly field: string;
  readonly type: 'TIMESTAMP' | 'VARCHAR' | 'DOUBLE' | 'INTEGER';
  readonly isRequired: boolean;
  readonly maxLength: number;
  readonly allowed: readonly string[] | null;
  /** Undefined like null: the field is absent. */
  read(row: Row): string | number | null | undefined;
}

export interface TelemetryTable<Row> {
  readonly kind: TelemetryKind;
  /** Without `attributes`, which every table has as its last column: a JSON object of strings, or null. */
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
  column('@timestamp', 'TIMESTAMP', (row) => row.timestampMs, REQUIRED);

const logs: TelemetryTable<LogRecord> = {
  kind: 'logs',
  columns: [
    timestamp(),
    column('service.name', 'VARCHAR', (row) => row.service, REQUIRED),
    column('level', 'VARCHAR', (row) => row.level),
    column('message', 'VARCHAR', (row) => row.message, { maxLength: MAX_MESSAGE_LENGTH }),
    column('duration_ms', 'DOUBLE', (row) => row.durationMs),
    column('trace.id', 'VARCHAR', (row) => row.traceId),
    column('span.id', 'VARCHAR', (row) => row.spanId),
    column('status_code', 'INTEGER', (row) => row.statusCode),
    column('host.name', 'VARCHAR', (row) => row.host),
  ],
};

const spans: TelemetryTable<SpanRecord> = {
  kind: 'spans',
  columns: [
    timestamp(),
    column('trace.id', 'VARCHAR', (row) => row.traceId, REQUIRED),
    column('span.id', 'VARCHAR', (row) => row.spanId, REQUIRED),
    column('parent.id', 'VARCHAR', (row) => row.parentId),
    column('service.name', 'VARCHAR', (row) => row.service, REQUIRED),
    column('span.name', 'VARCHAR', (row) => row.name, REQUIRED),
    column('span.kind', 'VARCHAR', (row) => row.kind, {
      isRequired: true,
      allowed: ['server', 'client', 'internal', 'producer', 'consumer'],
    }),
    column('peer.service', 'VARCHAR', (row) => row.peerService),
    column('duration_ms', 'DOUBLE', (row) => row.durationMs, REQUIRED),
    column('status', 'VARCHAR', (row) => row.status, { isRequired: true, allowed: ['ok', 'error', 'unset'] }),
  ],
};

const metrics: TelemetryTable<MetricPoint> = {
  kind: 'metrics',
  columns: [
    timestamp(),
    column('metric.name', 'VARCHAR', (row) => row.name, REQUIRED),
    column('value', 'DOUBLE', (row) => row.value, REQUIRED),
    column('unit', 'VARCHAR', (row) => row.unit),
    column('service.name', 'VARCHAR', (row) => row.service),
  ],
};

export const TELEMETRY_TABLES = { logs, spans, metrics } as const;

export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export const createTableSql = <Row>(table: TelemetryTable<Row>): string => {
  const columns = table.columns.map(
    ({ field, type, isRequired }) => `${quoteIdentifier(field)} ${type}${isRequired ? ' NOT NULL' : ''}`,
  );
  return `CREATE TABLE IF NOT EXISTS ${table.kind} (${[...columns, 'attributes VARCHAR'].join(', ')})`;
};

/**
 * Inserts rows from one parameter: a JSON object with an array for each column, all of one
 * length. DuckDB parses it on its own threads, which keeps the event loop free and is twice as
 * fast as handing over each value through the appender.
 */
export const insertSql = <Row>(table: TelemetryTable<Row>): string => {
  const fields = [
    ...table.columns.map(({ field, type }) => ({ name: quoteIdentifier(field), field, type })),
    { name: 'attributes', field: 'attributes', type: 'VARCHAR' },
  ];
  const shape = Object.fromEntries(fields.map(({ field, type }) => [field, [type === 'TIMESTAMP' ? 'BIGINT' : type]]));
  const values = fields.map(({ name, type }) => (type === 'TIMESTAMP' ? `epoch_ms(${name})` : name));
  const unnested = fields.map(({ name }) => `unnest(slice.${name}) AS ${name}`);
  return (
    `INSERT INTO ${table.kind} SELECT ${values.join(', ')} FROM (SELECT ${unnested.join(', ')} ` +
    `FROM (SELECT from_json($1::VARCHAR, ${quoteText(JSON.stringify(shape))}) AS slice))`
  );
};
