import { checkQuery } from '#esql/check-query.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { Schema } from '#esql/schema.ts';
import { addMs } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import type { UsualLatency } from './service-baseline.ts';
import { CURRENT_MS, LOOK_BACK_MS } from './slots.ts';

export const THRESHOLDS_TABLE = 'sentinel-thresholds';

/** How much slower than usual a request must be to be counted. */
const MID_FACTOR = 1.25;
const TAIL_FACTOR = 1.2;
const FAR_FACTOR = 1.5;

// An answer with as many rows is cut, which is a gap and never a score.
const MAX_ROWS = 10_000;

const ATTRIBUTE = /\battributes\.[\w.]*\w/g;

export const BAD_LEVELS = 'level IN ("error", "critical", "fatal")';

// The condition stands on lines of its own, so that a comment at its end hides nothing of ours.
export const failedRequest = (failedExpression: string): string =>
  `duration_ms IS NOT NULL AND (\n${failedExpression}\n)`;

/**
 * An attribute has no column before the first row brings it along; until then it is null in
 * every row, which is what the condition is told.
 */
export const absentAttributes = (failedExpression: string, schema: Schema): string => {
  const fields = schema.get('logs')?.fields;
  const absent = new Set(failedExpression.match(ATTRIBUTE)?.filter((name) => fields?.has(name) !== true));
  if (absent.size === 0) return '';
  return `\n| EVAL ${[...absent].map((name) => `${name} = TO_STRING(null)`).join(', ')}`;
};

const LATENCY_QUERY = `FROM logs
| WHERE @timestamp >= ?from AND @timestamp < ?to
| STATS n = COUNT(duration_ms), p50 = PERCENTILE(duration_ms, 50), p99 = PERCENTILE(duration_ms, 99)
  BY service.name, b = BUCKET(@timestamp, 5 minutes)
| WHERE n > 0
| LIMIT ${MAX_ROWS}`;

// Slots 0 to 3 are half minutes, 4 and 5 reach to 3 and 5 min ago, 6 to 17 are the baseline.
const countsQuery = (failedExpression: string, schema: Schema): string => `FROM logs
| WHERE @timestamp >= ?from AND @timestamp < ?to${absentAttributes(failedExpression, schema)}
| LOOKUP JOIN ${THRESHOLDS_TABLE} ON service.name
| EVAL age = DATE_DIFF("seconds", @timestamp, ?to)
| EVAL slot = CASE(age < 120, age / 30, age < 180, 4, age < 300, 5, 5 + age / 300)
| STATS lines = COUNT(*), error_lines = COUNT(*) WHERE ${BAD_LEVELS},
  n = COUNT(duration_ms), e = COUNT(*) WHERE ${failedRequest(failedExpression)},
  mid = COUNT(*) WHERE duration_ms > tm, tail = COUNT(*) WHERE duration_ms > tt, far = COUNT(*) WHERE duration_ms > tf,
  seen = MAX(@timestamp)
  BY service.name, slot
| LIMIT ${MAX_ROWS}`;

/** A query, its parameters and the window that they name. */
export interface DetectionQuery {
  readonly text: string;
  readonly parameters: { readonly from: string; readonly to: string };
  readonly window: TimeWindow;
}

const over = (text: string, window: TimeWindow): DetectionQuery => ({
  text,
  parameters: { from: window.from.toISOString(), to: window.to.toISOString() },
  window,
});

/** Percentiles of each service's duration in the twelve buckets before the last five minutes. */
export const latencyQuery = (at: Date): DetectionQuery =>
  over(LATENCY_QUERY, { from: addMs(at, -LOOK_BACK_MS), to: addMs(at, -CURRENT_MS) });

/** Counts of each service and slot of the last 65 minutes. */
export const slotCountsQuery = (at: Date, failedExpression: string, schema: Schema): DetectionQuery =>
  over(countsQuery(failedExpression, schema), { from: addMs(at, -LOOK_BACK_MS), to: at });

export const check = (query: DetectionQuery, schema: Schema): CheckedQuery =>
  checkQuery(query.text, { schema, parameters: query.parameters });

export const thresholdsTable = (usual: ReadonlyMap<string, UsualLatency>): LookupTable => ({
  name: THRESHOLDS_TABLE,
  columns: [
    { name: 'service.name', type: 'keyword' },
    { name: 'tm', type: 'double' },
    { name: 'tt', type: 'double' },
    { name: 'tf', type: 'double' },
  ],
  rows: [...usual].map(([service, { p50Ms, p99Ms }]) => [
    service,
    MID_FACTOR * p50Ms,
    TAIL_FACTOR * p99Ms,
    FAR_FACTOR * p99Ms,
  ]),
});
