import { checkQuery } from '#esql/check-query.ts';
import type { CheckedQuery } from '#esql/checked-query.ts';
import type { Schema } from '#esql/schema.ts';
import { addMs } from '#kernel/duration.ts';
import { HAS_ERROR_LEVEL } from '#kernel/error-levels.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import type { UsualLatency } from './judge/service-baseline.ts';
import type { Shard } from './large/shards.ts';
import { CURRENT_MS, LOOK_BACK_MS } from './judge/slots.ts';

export const THRESHOLDS_TABLE = 'sentinel-thresholds';
/** Of one shard, to count its buckets against before they become those of all. */
export const NEXT_THRESHOLDS_TABLE = 'sentinel-thresholds-next';

/** How much slower than usual a request must be to be counted. */
const MID_FACTOR = 1.25;
const TAIL_FACTOR = 1.2;
const FAR_FACTOR = 1.5;

// An answer with as many rows is cut, which is a gap and never a score.
const MAX_ROWS = 10_000;

const ATTRIBUTE = /\battributes\.[\w.]*\w/g;

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

const inShard = ({ after, upTo }: Shard): string =>
  `${after === null ? '' : ' AND service.name > ?after'}${upTo === null ? '' : ' AND service.name <= ?up_to'}`;

const ALL_NAMES: Shard = { after: null, upTo: null };

const latencyText = (shard: Shard): string => `FROM logs
| WHERE @timestamp >= ?from AND @timestamp < ?to${inShard(shard)}
| STATS n = COUNT(duration_ms), p50 = PERCENTILE(duration_ms, 50), p99 = PERCENTILE(duration_ms, 99)
  BY service.name, b = BUCKET(@timestamp, 5 minutes)
| WHERE n > 0
| LIMIT ${MAX_ROWS}`;

// Slots 0 to 3 are half minutes, 4 and 5 reach to 3 and 5 min ago, 6 to 17 are the baseline.
const ALL_SLOTS = '| EVAL slot = CASE(age < 120, age / 30, age < 180, 4, age < 300, 5, 5 + age / 300)';
const NEWEST_SLOTS = '| WHERE age < 300\n| EVAL slot = CASE(age < 120, age / 30, age < 180, 4, 5)';
// The window ends where the newest bucket does.
const BUCKET_SLOTS = '| WHERE age < 3600\n| EVAL slot = 6 + age / 300';

const MINUTE_SLOTS = '| EVAL slot = age / 60';
const FIVE_MINUTE_SLOTS = '| EVAL slot = age / 300';

/** What requests fail by, and the fields that there are to tell it. */
export interface Counting {
  readonly failedExpression: string;
  readonly schema: Schema;
}

const countsText = (
  { failedExpression, schema }: Counting,
  slots: string,
  table: string,
  shard: Shard,
): string => `FROM logs
| WHERE @timestamp >= ?from AND @timestamp < ?to${inShard(shard)}${absentAttributes(failedExpression, schema)}
| LOOKUP JOIN ${table} ON service.name
| EVAL age = DATE_DIFF("seconds", @timestamp, ?to)
${slots}
| STATS lines = COUNT(*), error_lines = COUNT(*) WHERE ${HAS_ERROR_LEVEL},
  n = COUNT(duration_ms), e = COUNT(*) WHERE ${failedRequest(failedExpression)},
  mid = COUNT(*) WHERE duration_ms > tm, tail = COUNT(*) WHERE duration_ms > tt, far = COUNT(*) WHERE duration_ms > tf,
  seen = MAX(@timestamp)
  BY service.name, slot
| LIMIT ${MAX_ROWS}`;

/** A query, its parameters and the window that they name. */
export interface DetectionQuery {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly window: TimeWindow;
}

const over = (text: string, window: TimeWindow, { after, upTo }: Shard): DetectionQuery => ({
  text,
  parameters: {
    from: window.from.toISOString(),
    to: window.to.toISOString(),
    ...(after === null ? {} : { after }),
    ...(upTo === null ? {} : { up_to: upTo }),
  },
  window,
});

/** Percentiles of each service's duration in the twelve buckets before the last five minutes. */
export const latencyQuery = (at: Date, shard: Shard = ALL_NAMES): DetectionQuery =>
  over(latencyText(shard), { from: addMs(at, -LOOK_BACK_MS), to: addMs(at, -CURRENT_MS) }, shard);

/** Counts of each service and slot of the last 65 minutes. */
export const slotCountsQuery = (at: Date, counting: Counting): DetectionQuery =>
  over(
    countsText(counting, ALL_SLOTS, THRESHOLDS_TABLE, ALL_NAMES),
    { from: addMs(at, -LOOK_BACK_MS), to: at },
    ALL_NAMES,
  );

/** Counts of each service and slot of the last five minutes. */
export const newestCountsQuery = (at: Date, counting: Counting): DetectionQuery =>
  over(
    countsText(counting, NEWEST_SLOTS, THRESHOLDS_TABLE, ALL_NAMES),
    { from: addMs(at, -CURRENT_MS), to: at },
    ALL_NAMES,
  );

/** Counts of each service in the minutes, or spans of five minutes, of a time that is over; slot 0 is its last. */
export const historyQuery = (window: TimeWindow, counting: Counting, slotMinutes: 1 | 5): DetectionQuery =>
  over(
    countsText(counting, slotMinutes === 1 ? MINUTE_SLOTS : FIVE_MINUTE_SLOTS, THRESHOLDS_TABLE, ALL_NAMES),
    window,
    ALL_NAMES,
  );

/** Counts of a shard's services in the twelve buckets before the last five minutes. */
export const bucketCountsQuery = (at: Date, counting: Counting, shard: Shard): DetectionQuery =>
  over(
    countsText(counting, BUCKET_SLOTS, NEXT_THRESHOLDS_TABLE, shard),
    { from: addMs(at, -LOOK_BACK_MS), to: addMs(at, -CURRENT_MS) },
    shard,
  );

export const check = (query: DetectionQuery, schema: Schema): CheckedQuery =>
  checkQuery(query.text, { schema, parameters: query.parameters });

export const thresholdsTable = (
  usual: ReadonlyMap<string, UsualLatency>,
  name: string = THRESHOLDS_TABLE,
): LookupTable => ({
  name,
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
