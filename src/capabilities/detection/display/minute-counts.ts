import { checkQuery } from '#esql/check-query.ts';
import type { Schema } from '#esql/schema.ts';
import { addMs, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { HAS_ERROR_LEVEL } from '#kernel/error-levels.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { absentAttributes, failedRequest } from '../detection-queries.ts';

/** One minute of a service, for display. */
export interface MinuteCounts {
  /** Its end. */
  readonly at: Date;
  readonly lines: number;
  readonly errorLines: number;
  readonly requests: number;
  readonly failed: number;
  readonly p99Ms: number | null;
}

const QUERY_TIMEOUT_MS = 5 * SECOND_MS;
const MAX_MINUTES = 1_000;

// Minutes are counted back from the end, so that none of them is cut short.
const minutesQuery = (failedExpression: string, schema: Schema): string => `FROM logs
| WHERE service.name == ?service AND @timestamp >= ?from AND @timestamp < ?to${absentAttributes(failedExpression, schema)}
| EVAL minute = DATE_DIFF("seconds", @timestamp, ?to) / 60
| STATS lines = COUNT(*), error_lines = COUNT(*) WHERE ${HAS_ERROR_LEVEL},
  n = COUNT(duration_ms), e = COUNT(*) WHERE ${failedRequest(failedExpression)},
  p99 = PERCENTILE(duration_ms, 99)
  BY minute
| LIMIT ${MAX_MINUTES}`;

const toNumber = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The minutes of a window, oldest first; one without rows has zeros. The window is whole minutes. */
export const readMinuteCounts = async (
  telemetryStore: TelemetryStore,
  service: string,
  window: TimeWindow,
  failedExpression: string,
): Promise<readonly MinuteCounts[]> => {
  const parameters = { service, from: window.from.toISOString(), to: window.to.toISOString() };
  const schema = telemetryStore.schema();
  const answer = await telemetryStore.query({
    query: checkQuery(minutesQuery(failedExpression, schema), { schema, parameters }),
    range: window,
    timeoutMs: QUERY_TIMEOUT_MS,
    purpose: 'chart',
  });
  const column = (name: string): number => answer.columns.findIndex((each) => each.name === name);
  const [lines, errorLines, requests, failed, p99, minute] = ['lines', 'error_lines', 'n', 'e', 'p99', 'minute'].map(
    column,
  ) as [number, number, number, number, number, number];
  const byMinute = new Map(answer.rows.map((row) => [toNumber(row[minute]), row]));
  const length = Math.round((window.to.getTime() - window.from.getTime()) / MINUTE_MS);
  return Array.from({ length }, (_, index) => {
    const back = length - 1 - index;
    const row = byMinute.get(back) ?? [];
    const p99Ms = row[p99];
    return {
      at: addMs(window.to, -back * MINUTE_MS),
      lines: toNumber(row[lines]),
      errorLines: toNumber(row[errorLines]),
      requests: toNumber(row[requests]),
      failed: toNumber(row[failed]),
      p99Ms: typeof p99Ms === 'number' ? p99Ms : null,
    };
  });
};
