import type { LogRecord } from '#ports/telemetry-store.ts';

interface Traffic {
  readonly service: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** One row every so often. */
  readonly everyMs: number;
  /** Every how many-th row fails; 0 for none. */
  readonly failEvery?: number;
  readonly durationMs?: number;
}

const log = (service: string, timestampMs: number, isFailed: boolean, durationMs: number): LogRecord => ({
  timestampMs,
  service,
  level: isFailed ? 'error' : 'info',
  message: isFailed ? 'request failed: no connection from the pool in 2,000 ms' : 'request done',
  durationMs,
  traceId: null,
  spanId: null,
  statusCode: isFailed ? 503 : 200,
  host: null,
});

/** Evenly spaced requests, so that counts of a window are known beforehand; durations vary a little. */
export const requests = ({ service, fromMs, toMs, everyMs, failEvery = 0, durationMs = 40 }: Traffic): LogRecord[] => {
  const rows: LogRecord[] = [];
  let index = 0;
  for (let at = fromMs; at < toMs; at += everyMs) {
    index += 1;
    const isFailed = failEvery > 0 && index % failEvery === 0;
    rows.push(log(service, at, isFailed, durationMs * (1 + (index % 50) / 20)));
  }
  return rows;
};

/** Lines without a duration. */
export const lines = (traffic: Traffic): LogRecord[] =>
  requests(traffic).map((row) => ({ ...row, durationMs: null, statusCode: null }));
