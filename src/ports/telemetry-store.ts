import type { CheckedQuery } from '#esql/checked-query.ts';
import type { FieldType, Schema } from '#esql/schema.ts';
import type { TimeWindow } from '#kernel/time-window.ts';

type Attributes = Readonly<Record<string, string>>;

interface Delivered {
  /** The same whenever the row is delivered again; of use to a store that knows deliveries. */
  readonly deliveryId?: string;
}

export interface LogRecord extends Delivered {
  readonly timestampMs: number;
  readonly service: string;
  readonly level: string | null;
  readonly message: string | null;
  readonly durationMs: number | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly statusCode: number | null;
  readonly host: string | null;
  /** Without the prefix `attributes.`. */
  readonly attributes?: Attributes;
}

export interface SpanRecord extends Delivered {
  /** Start of the span. */
  readonly timestampMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal' | 'producer' | 'consumer';
  readonly peerService: string | null;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unset';
  readonly attributes?: Attributes;
}

export interface MetricPoint extends Delivered {
  readonly timestampMs: number;
  readonly name: string;
  readonly value: number;
  readonly unit: string | null;
  readonly service: string | null;
  readonly attributes?: Attributes;
}

export interface TelemetryBatch {
  readonly logs?: readonly LogRecord[];
  readonly spans?: readonly SpanRecord[];
  readonly metrics?: readonly MetricPoint[];
}

export interface RejectedRow {
  readonly kind: 'logs' | 'spans' | 'metrics';
  /** Position in the batch's array of that kind. */
  readonly index: number;
  /** As queries name it; null if it is not one field's fault. */
  readonly field: string | null;
  /** A phrase that names the field, e.g. `duration_ms is negative`. */
  readonly reason: string;
  /** The row is no worse than others: sent again, it may be taken. */
  readonly isRetryable?: true;
}

export interface AppendOutcome {
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
}

/** A whole number is a bigint where a double cannot hold it, a date an ISO 8601 string with milliseconds. */
export type QueryScalar = string | number | bigint | boolean;

/** A multi-value is an array. */
export type QueryValue = QueryScalar | null | readonly QueryScalar[];

export interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
  readonly rows: readonly (readonly QueryValue[])[];
  readonly warnings: readonly string[];
  /** The answer has as many rows as its limit allows: there may be more. */
  readonly isCut: boolean;
  readonly tookMs: number;
}

export interface QueryRequest {
  /** Checked against `schema()`, with its parameters bound. */
  readonly query: CheckedQuery;
  /** Rows of the source index outside it are not seen. */
  readonly range?: TimeWindow;
  readonly timeoutMs: number;
  /** More than about so many bytes of values throw `limit-exceeded`; by default there is no limit. */
  readonly maxAnswerBytes?: number;
  /** Also warn of rows whose values could not be computed; embedded, that is a second query. */
  readonly withFailureWarnings?: boolean;
  /** For metrics, e.g. `detection`, `chart`, `responder`. */
  readonly purpose: string;
  /** Is not to wait for the queries of people: detection's. */
  readonly isUrgent?: boolean;
  readonly signal?: AbortSignal;
}

/** Rows that carried a timestamp of the future and were refused, by service, since the process started. */
export interface FutureRows {
  readonly service: string;
  readonly count: number;
  readonly largestSkewMs: number;
  readonly lastSeenAt: Date;
}

export interface LookupTable {
  /** E.g. `sentinel-thresholds`. */
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: 'keyword' | 'double' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/**
 * Logs, spans and metric points, appended in batches and asked in ES|QL.
 * Every method throws AppError (`unavailable`, `timeout`, `rejected`, `limit-exceeded`)
 * for faults of the store; raw vendor text stays in `cause`.
 */
export interface TelemetryStore {
  /** A row with the id of a delivery is stored once, however often it is appended. So it must be where single rows may be refused for the moment. */
  readonly knowsDeliveries?: true;
  /** Keeps the good part of a batch. Rows more than 30 s in the future are refused. Visible to queries on return. */
  append(batch: TelemetryBatch): Promise<AppendOutcome>;
  /** Indices, lookup tables and the fields seen so far; what `checkQuery` needs. */
  schema(): Schema;
  query(request: QueryRequest): Promise<QueryAnswer>;
  /** Replaces the whole lookup table atomically; creates it if needed. */
  replaceLookup(table: LookupTable): Promise<void>;
  futureRows(): readonly FutureRows[];
  /** Deletes rows older than each limit and returns how many of each kind. */
  deleteOlderThan(limits: { readonly logs: Date; readonly spans: Date; readonly metrics: Date }): Promise<{
    readonly logs: number;
    readonly spans: number;
    readonly metrics: number;
  }>;
  /** Answers or throws within the limit. */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}
