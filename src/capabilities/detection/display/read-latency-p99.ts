import { checkQuery } from '#esql/check-query.ts';
import type { QueryEvidence } from '#kernel/anomaly.ts';
import { addMs, HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import type { LatencyAnswer, LatencyRequest } from '#ports/signal-history.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

interface Deps {
  readonly telemetryStore: TelemetryStore;
}

const QUERY_TIMEOUT_MS = 5 * SECOND_MS;

const QUERY = `FROM logs
| WHERE service.name == ?service AND duration_ms IS NOT NULL
    AND (@timestamp >= ?window_from AND @timestamp < ?to OR @timestamp >= ?from AND @timestamp < ?usual_to)
| EVAL part = CASE(@timestamp >= ?window_from, "now", "usual")
| STATS n = COUNT(*), p99 = PERCENTILE(duration_ms, 99) BY part
| LIMIT 10`;

/** p99 then and now, for display, in one query. Throws AppError if the telemetry store does not answer. */
export const readLatencyP99 = async (
  { telemetryStore }: Deps,
  { service, window, onsetAt }: LatencyRequest,
): Promise<LatencyAnswer> => {
  // Where the window reaches back over the onset, the hour before the window is what is usual.
  const usualTo = onsetAt < window.from ? onsetAt : window.from;
  const range = { from: addMs(usualTo, -HOUR_MS), to: window.to };
  const parameters = {
    service,
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    window_from: window.from.toISOString(),
    usual_to: usualTo.toISOString(),
  };
  const answer = await telemetryStore.query({
    query: checkQuery(QUERY, { schema: telemetryStore.schema(), parameters }),
    range,
    timeoutMs: QUERY_TIMEOUT_MS,
    purpose: 'chart',
  });
  const evidence: QueryEvidence = {
    query: QUERY,
    parameters,
    window: range,
    columns: answer.columns.map(({ name }) => name),
    rows: answer.rows,
  };
  return { ...latencyOf(evidence), evidence };
};

/** What such a query found. */
export const latencyOf = ({ columns, rows }: QueryEvidence): Omit<LatencyAnswer, 'evidence'> => {
  const valueOf = (part: string, name: string): number | null => {
    const row = rows.find((each) => each[columns.indexOf('part')] === part);
    const value = row?.[columns.indexOf(name)];
    return typeof value === 'number' ? value : null;
  };
  return { p99Ms: valueOf('now', 'p99'), usualP99Ms: valueOf('usual', 'p99'), n: valueOf('now', 'n') ?? 0 };
};
