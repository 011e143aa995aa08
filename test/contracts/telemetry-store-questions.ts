import { expect } from 'vitest';
import { checkQuery } from '#esql/check-query.ts';
import type { Parameters } from '#esql/checked-query.ts';
import { AppError } from '#kernel/errors.ts';
import type {
  LogRecord,
  MetricPoint,
  QueryAnswer,
  QueryRequest,
  SpanRecord,
  TelemetryStore,
} from '#ports/telemetry-store.ts';

export const NOW = new Date('2026-11-20T12:00:00.000Z');

export const at = (secondsBeforeNow: number): number => NOW.getTime() - secondsBeforeNow * 1000;
export const instant = (secondsBeforeNow: number): Date => new Date(at(secondsBeforeNow));

export const logOf = (fields: Partial<LogRecord> = {}): LogRecord => ({
  timestampMs: at(60),
  service: 'checkout',
  level: 'info',
  message: 'GET /cart completed',
  durationMs: 12.5,
  traceId: 'trace-1',
  spanId: 'span-1',
  statusCode: 200,
  host: 'host-1',
  ...fields,
});

export const spanOf = (fields: Partial<SpanRecord> = {}): SpanRecord => ({
  timestampMs: at(60),
  traceId: 'trace-1',
  spanId: 'span-1',
  parentId: null,
  service: 'checkout',
  name: 'GET /cart',
  kind: 'server',
  peerService: null,
  durationMs: 12.5,
  status: 'ok',
  ...fields,
});

export const metricOf = (fields: Partial<MetricPoint> = {}): MetricPoint => ({
  timestampMs: at(60),
  name: 'orders',
  value: 3,
  unit: '1',
  service: 'checkout',
  ...fields,
});

type Question = readonly [
  store: TelemetryStore,
  text: string,
  options?: { readonly parameters?: Parameters } & Partial<
    Pick<QueryRequest, 'range' | 'timeoutMs' | 'maxAnswerBytes' | 'isUrgent' | 'signal' | 'withFailureWarnings'>
  >,
];

/** Runs a query as Sentinel does: checked against the store's own schema. */
export const ask = (...[store, text, options = {}]: Question): Promise<QueryAnswer> => {
  const { parameters, ...rest } = options;
  const query = checkQuery(text, { schema: store.schema(), ...(parameters ? { parameters } : {}) });
  return store.query({ query, timeoutMs: 20_000, purpose: 'test', ...rest });
};

export const rowsOf = async (...question: Question): Promise<QueryAnswer['rows']> => (await ask(...question)).rows;

export const faultOf = async (work: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};
