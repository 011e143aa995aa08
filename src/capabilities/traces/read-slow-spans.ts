import type { TimeWindow } from '#kernel/time-window.ts';
import { type Asked, askTelemetry, msOf, numberOf, type ShownQuery, textOf } from './ask-telemetry.ts';
import { countRows } from './count-rows.ts';
import {
  answerOfService,
  type ServiceQuestion,
  type ServiceQuestionDeps,
  type Unanswered,
} from './service-question.ts';

/** All spans of one name and kind. */
export interface Operation {
  readonly name: string;
  readonly kind: string;
  readonly count: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export interface ExampleTrace {
  readonly traceId: string;
  readonly name: string;
  readonly at: Date;
  readonly durationMs: number;
  readonly isError: boolean;
}

export interface SlowSpans {
  readonly kind: 'slow-spans';
  readonly service: string;
  /** The slowest by P99 first. */
  readonly operations: readonly Operation[];
  /** There are more than are listed. */
  readonly isCut: boolean;
  /** One span a trace. */
  readonly slowest: readonly ExampleTrace[];
  /** The latest first. */
  readonly failing: readonly ExampleTrace[];
  readonly queries: readonly ShownQuery[];
  readonly range: TimeWindow;
  /** Spans in that time, of all services; null: not known. */
  readonly searchedSpans: number | null;
  readonly tookMs: number;
}

const MOST_OPERATIONS = 8;
const MOST_EXAMPLES = 3;
// Several spans of one trace may be among the slowest.
const EXAMPLE_ROWS = 30;

// What the service was asked to do, rather than what it did for that.
const ENTRIES = '(span.kind IN ("server", "consumer") OR parent.id IS NULL)';
const EXAMPLE = 'KEEP trace.id, span.name, @timestamp, duration_ms, status';

/** What is slow and what fails in one service: its spans by name, and traces to look at. Counts every span kept. */
export const readSlowSpans = (deps: ServiceQuestionDeps, question: ServiceQuestion): Promise<SlowSpans | Unanswered> =>
  answerOfService(deps, question, async (service, range): Promise<SlowSpans> => {
    const ask = (text: string): Promise<Asked> => askTelemetry(deps, `FROM spans | WHERE ${text}`, { service }, range);
    const [operations, slowest, failing, searchedSpans] = await Promise.all([
      ask(
        `service.name == ?service | STATS n = COUNT(*), failed = COUNT(*) WHERE status == "error", p50 = PERCENTILE(duration_ms, 50), p95 = PERCENTILE(duration_ms, 95), p99 = PERCENTILE(duration_ms, 99) BY span.name, span.kind | SORT p99 DESC | LIMIT ${MOST_OPERATIONS}`,
      ),
      ask(`service.name == ?service AND ${ENTRIES} | SORT duration_ms DESC | ${EXAMPLE} | LIMIT ${EXAMPLE_ROWS}`),
      ask(
        `service.name == ?service AND ${ENTRIES} AND status == "error" | SORT @timestamp DESC | ${EXAMPLE} | LIMIT ${EXAMPLE_ROWS}`,
      ),
      countRows(deps, 'spans', range),
    ]);
    const asked = [operations, slowest, failing];
    return {
      kind: 'slow-spans',
      service,
      operations: operations.rows.flatMap(toOperation),
      isCut: operations.isCut,
      slowest: examples(slowest),
      failing: examples(failing),
      queries: asked.map(({ query }) => query),
      range,
      searchedSpans,
      tookMs: asked.reduce((sum, { tookMs }) => sum + tookMs, 0),
    };
  });

type Row = Asked['rows'][number];

const toOperation = (row: Row): readonly Operation[] => {
  const count = numberOf(row[0]);
  if (count === null) return [];
  return [
    {
      name: textOf(row[5]) ?? '',
      kind: textOf(row[6]) ?? 'internal',
      count,
      failed: numberOf(row[1]) ?? 0,
      p50Ms: numberOf(row[2]) ?? 0,
      p95Ms: numberOf(row[3]) ?? 0,
      p99Ms: numberOf(row[4]) ?? 0,
    },
  ];
};

const examples = ({ rows }: Asked): readonly ExampleTrace[] => {
  const seen = new Set<string>();
  return rows
    .flatMap((row): readonly ExampleTrace[] => {
      const [traceId, atMs] = [textOf(row[0]), msOf(row[2])];
      if (traceId === null || atMs === null || seen.has(traceId)) return [];
      seen.add(traceId);
      return [
        {
          traceId,
          name: textOf(row[1]) ?? '',
          at: new Date(atMs),
          durationMs: numberOf(row[3]) ?? 0,
          isError: row[4] === 'error',
        },
      ];
    })
    .slice(0, MOST_EXAMPLES);
};
