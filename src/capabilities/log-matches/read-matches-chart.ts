import { checkQuery } from '#esql/check-query.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { SignalChart } from '#ports/chart-renderer.ts';
import type { SignalChartRequest } from '#ports/signal-history.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

interface Deps {
  readonly telemetryStore: TelemetryStore;
}

const QUERY_TIMEOUT_MS = 5 * SECOND_MS;
const SHOWN_BEFORE_ONSET_MS = 10 * MINUTE_MS;
const LEAST_SHOWN_MS = 30 * MINUTE_MS;
const MOST_SHOWN_MS = 60 * MINUTE_MS;
const SHOWN_AFTER_RECOVERY_MS = 5 * MINUTE_MS;
const MAX_MINUTES = 1_000;
// One spike says no more than the card does, and a thread gets its chart once.
const LEAST_MINUTES_WITH_LINES = 3;

const MARK = 'attributes.sentinel.match';

const QUERY = `FROM logs
| WHERE service.name == ?service AND ${MARK} IS NOT NULL AND @timestamp >= ?from AND @timestamp < ?to
| STATS lines = COUNT(*) BY minute = DATE_TRUNC(1 minute, @timestamp)
| LIMIT ${MAX_MINUTES}`;

/**
 * The lines that the filter found, counted per minute by the telemetry store: up to the minute of the last one, at
 * least half an hour and at most an hour. Null where they are stored of fewer than three minutes. Throws AppError if
 * the store does not answer.
 */
export const readMatchesChart = async (
  { telemetryStore }: Deps,
  { lead, onsetAt, recoveredAt, noDataSince, service, severity }: SignalChartRequest,
): Promise<SignalChart | null> => {
  const schema = telemetryStore.schema();
  if (schema.get('logs')?.fields.has(MARK) !== true) return null;
  const lastMs = (lead.matched?.lastAt ?? onsetAt).getTime();
  const afterMs = recoveredAt === null ? 0 : SHOWN_AFTER_RECOVERY_MS;
  const toMs = (Math.floor(lastMs / MINUTE_MS) + 1) * MINUTE_MS + afterMs;
  const wantedMs = toMs - onsetAt.getTime() + SHOWN_BEFORE_ONSET_MS;
  const minutes = Math.ceil(Math.min(MOST_SHOWN_MS, Math.max(LEAST_SHOWN_MS, wantedMs)) / MINUTE_MS);
  const window = { from: new Date(toMs - minutes * MINUTE_MS), to: new Date(toMs) };
  const parameters = { service, from: window.from.toISOString(), to: window.to.toISOString() };
  const answer = await telemetryStore.query({
    query: checkQuery(QUERY, { schema, parameters }),
    range: window,
    timeoutMs: QUERY_TIMEOUT_MS,
    purpose: 'chart',
  });
  if (answer.rows.length < LEAST_MINUTES_WITH_LINES) return null;
  const column = (name: string): number => answer.columns.findIndex((each) => each.name === name);
  const [minute, lines] = [column('minute'), column('lines')];
  const counts = new Map(answer.rows.map((row) => [Date.parse(String(row[minute])), Number(row[lines])]));
  const points = Array.from({ length: minutes }, (_, index) => {
    const fromMs = window.from.getTime() + index * MINUTE_MS;
    const value = counts.get(fromMs) ?? 0;
    return { at: new Date(fromMs + MINUTE_MS), value, low: 0, high: 0, isOutOfBand: value > 0 };
  });
  return {
    service,
    signal: 'log_match',
    unit: 'lines',
    severity,
    points,
    onsetAt,
    value: points.at(-1)?.value ?? null,
    sampleSize: lead.k,
    sampleMinutes: 1,
    rowUnit: 'log lines',
    expected: 0,
    recoveredAt,
    noDataSince,
  };
};
