import { checkQuery } from '#esql/check-query.ts';
import { addMs, HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

interface Deps {
  readonly telemetryStore: TelemetryStore;
}

export interface LatencyRequest {
  readonly service: string;
  /** The minutes to tell the p99 of. */
  readonly window: TimeWindow;
  /** The hour before it is what is usual. */
  readonly onsetAt: Date;
}

export interface LatencyAnswer {
  /** Null where nothing was seen. */
  readonly p99Ms: number | null;
  readonly usualP99Ms: number | null;
  /** Requests that `p99Ms` stands on. */
  readonly n: number;
}

const QUERY_TIMEOUT_MS = 5 * SECOND_MS;

const QUERY = `FROM logs
| WHERE service.name == ?service AND @timestamp >= ?from AND @timestamp < ?to AND duration_ms IS NOT NULL
| EVAL part = CASE(@timestamp >= ?window_from, "now", @timestamp < ?onset, "usual", "between")
| STATS n = COUNT(*), p99 = PERCENTILE(duration_ms, 99) BY part
| LIMIT 10`;

/** p99 then and now, for display, in one query. Throws AppError if the telemetry store does not answer. */
export const readLatencyP99 = async (
  { telemetryStore }: Deps,
  { service, window, onsetAt }: LatencyRequest,
): Promise<LatencyAnswer> => {
  const firstMs = Math.min(onsetAt.getTime(), window.from.getTime());
  const range = { from: addMs(new Date(firstMs), -HOUR_MS), to: window.to };
  const parameters = {
    service,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    window_from: window.from.toISOString(),
    onset: onsetAt.toISOString(),
  };
  const answer = await telemetryStore.query({
    query: checkQuery(QUERY, { schema: telemetryStore.schema(), parameters }),
    range,
    timeoutMs: QUERY_TIMEOUT_MS,
    purpose: 'chart',
  });
  const valueOf = (part: string, name: string): number | null => {
    const partAt = answer.columns.findIndex((column) => column.name === 'part');
    const row = answer.rows.find((each) => each[partAt] === part);
    const value = row?.[answer.columns.findIndex((column) => column.name === name)];
    return typeof value === 'number' ? value : null;
  };
  return { p99Ms: valueOf('now', 'p99'), usualP99Ms: valueOf('usual', 'p99'), n: valueOf('now', 'n') ?? 0 };
};
