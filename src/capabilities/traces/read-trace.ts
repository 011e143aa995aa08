import type { Clock } from '#kernel/clock.ts';
import { addMs, DAY_MS, MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type AskDeps, askTelemetry, msOf, numberOf, showQuery, type ShownQuery, textOf } from './ask-telemetry.ts';
import { assembleTrace } from './assemble-trace.ts';
import { countRows } from './count-rows.ts';
import type { StoredSpan, Trace } from './span.ts';
import { readTraceId, type TraceIdReading } from './trace-id.ts';

export interface ReadTraceDeps extends AskDeps {
  readonly clock: Clock;
  readonly settings: { readonly keptMs: Readonly<Partial<Record<string, number>>> };
}

/** A log line of a trace. */
export interface TraceLine {
  readonly at: Date;
  readonly service: string;
  readonly level: string | null;
  readonly message: string;
  readonly spanId: string | null;
}

export interface TraceLines {
  /** Errors first, then warnings, each in order of time. */
  readonly lines: readonly TraceLine[];
  readonly total: number;
  readonly errors: number;
  /** That found them. */
  readonly query: ShownQuery;
}

interface Searched {
  /** Rows in that time, of all traces; null: not known. */
  readonly searched: { readonly spans: number | null; readonly logs: number | null };
  readonly tookMs: number;
}

export interface FoundTrace extends Searched {
  readonly kind: 'found';
  readonly traceId: string;
  /** Null: it has log lines only. */
  readonly trace: Trace | null;
  /** How many spans there are; more than were read where it is longer than can be shown. */
  readonly totalSpans: number;
  /** Null: they could not be read, which is not the same as none. */
  readonly logs: TraceLines | null;
  /** The query of the spans. */
  readonly query: ShownQuery;
  /** All that were run for it, that of the spans first. */
  readonly queries: readonly ShownQuery[];
  readonly range: TimeWindow;
  readonly spansKeptMs: number | null;
}

export type ReadTraceOutcome =
  | FoundTrace
  | (Searched & {
      readonly kind: 'not-found';
      readonly traceId: string;
      /** Ids that begin with what was asked for; more than one, or that one would be shown. */
      readonly beginWithIt: readonly string[];
      /** That looked for ids that are this one or begin with it. */
      readonly queries: readonly ShownQuery[];
      readonly range: TimeWindow;
      readonly keptMs: ReadTraceDeps['settings']['keptMs'];
    })
  | Extract<TraceIdReading, { kind: 'malformed' }>
  /** No trace has exactly this id, and too many may begin with it. */
  | { readonly kind: 'malformed'; readonly why: 'too-short' }
  | { readonly kind: 'failed'; readonly userMessage: string };

/** Spans of one trace that are read, the earliest first. */
export const MOST_SPANS = 5_000;
const MOST_LINES = 50;
const MOST_CANDIDATES = 5;
// Fewer characters begin too many ids.
const LEAST_PREFIX = 6;
// The queries say so themselves, so that a person who runs one again finds the same.
const REACH_MS = 7 * DAY_MS;
// Rows may be stamped a little ahead of this process's clock.
const AHEAD_MS = MINUTE_MS;

const SPANS_OF_TRACE = `FROM spans | WHERE trace.id == ?id AND @timestamp >= NOW() - 7 days | SORT @timestamp | KEEP span.id, parent.id, service.name, span.name, span.kind, peer.service, @timestamp, duration_ms, status | LIMIT ${MOST_SPANS}`;

/** Reads a trace by its id, or by the beginning of it: its spans as a tree, and its log lines. */
export const readTrace = async (deps: ReadTraceDeps, pasted: string): Promise<ReadTraceOutcome> => {
  const read = readTraceId(pasted);
  if (read.kind === 'malformed') return read;
  const now = deps.clock.now();
  const range = { from: addMs(now, -REACH_MS), to: addMs(now, AHEAD_MS) };
  try {
    const { traceId, asTyped } = read;
    const typed = asTyped === null ? null : await lookUp(deps, asTyped, range);
    const found = typed ?? (await lookUp(deps, traceId, range));
    if (found !== null) return found;
    const { ids: beginWithIt, queries, tookMs } = await idsBeginningWith(deps, read, range);
    const [only] = beginWithIt;
    const meant = beginWithIt.length === 1 && only !== undefined ? await lookUp(deps, only, range) : null;
    if (meant !== null) return meant;
    if (beginWithIt.length === 0 && !looksLikeId(traceId)) return { kind: 'malformed', why: 'characters' };
    if (traceId.length < LEAST_PREFIX) return { kind: 'malformed', why: 'too-short' };
    return {
      kind: 'not-found',
      traceId: asTyped ?? traceId,
      beginWithIt,
      queries,
      range,
      keptMs: deps.settings.keptMs,
      searched: await countSearched(deps, range),
      tookMs,
    };
  } catch (error) {
    if (isAppError(error)) return { kind: 'failed', userMessage: error.userMessage };
    throw error;
  }
};

const lookUp = async (deps: ReadTraceDeps, id: string, range: TimeWindow): Promise<FoundTrace | null> => {
  const [spans, read] = await Promise.all([
    askTelemetry(deps, SPANS_OF_TRACE, { id }, range),
    readLines(deps, id, range),
  ]);
  const { lines: logs, queries } = read;
  const trace = assembleTrace(spans.rows.flatMap(toSpan));
  if (trace === null && (logs === null || logs.total === 0)) return null;
  const [counted, searched] = await Promise.all([
    spans.isCut ? askTelemetry(deps, COUNT_OF_SPANS, { id }, range) : null,
    countSearched(deps, range),
  ]);
  return {
    kind: 'found',
    traceId: id,
    trace,
    totalSpans: counted === null ? spans.rows.length : (numberOf(counted.rows[0]?.[0]) ?? 0),
    logs,
    query: spans.query,
    queries: [spans.query, ...(counted === null ? [] : [counted.query]), ...queries],
    range,
    spansKeptMs: deps.settings.keptMs['spans'] ?? null,
    searched,
    tookMs: spans.tookMs,
  };
};

const countSearched = async (deps: AskDeps, range: TimeWindow): Promise<Searched['searched']> => {
  const [spans, logs] = await Promise.all([countRows(deps, 'spans', range), countRows(deps, 'logs', range)]);
  return { spans, logs };
};

type Row = Awaited<ReturnType<typeof askTelemetry>>['rows'][number];

const toSpan = (row: Row): readonly StoredSpan[] => {
  const [spanId, parentId, service, name] = [textOf(row[0]), textOf(row[1]), textOf(row[2]), textOf(row[3])];
  const startMs = msOf(row[6]);
  if (spanId === null || service === null || startMs === null) return [];
  return [
    {
      spanId,
      // Some exporters write an empty parent, or one of zeros, for none.
      parentId: parentId === null || /^0*$/u.test(parentId) ? null : parentId,
      service,
      name: name ?? '',
      kind: textOf(row[4]) ?? 'internal',
      peerService: textOf(row[5]),
      startMs,
      durationMs: Math.max(0, numberOf(row[7]) ?? 0),
      isError: row[8] === 'error',
    },
  ];
};

const COUNT_OF_SPANS = 'FROM spans | WHERE trace.id == ?id | STATS n = COUNT(*) | LIMIT 1';

const LINES_OF_TRACE = 'FROM logs | WHERE trace.id == ?id AND @timestamp >= NOW() - 7 days';
const RANK = 'EVAL rank = CASE(level IN ("fatal", "critical", "error"), 0, level IN ("warn", "warning"), 1, 2)';

const FIRST_LINES = `${LINES_OF_TRACE} | ${RANK} | SORT rank, @timestamp | KEEP @timestamp, service.name, level, message, span.id, rank | LIMIT ${MOST_LINES}`;

/** Reads every log line of a trace, in order of time. */
export const queryOfLines = (traceId: string): ShownQuery =>
  showQuery(`${LINES_OF_TRACE} | SORT @timestamp`, { id: traceId });

/** A trace is shown without its log lines if they cannot be read. */
const readLines = async (
  deps: ReadTraceDeps,
  id: string,
  range: TimeWindow,
): Promise<{ readonly lines: TraceLines | null; readonly queries: readonly ShownQuery[] }> => {
  try {
    const found = await askTelemetry(deps, FIRST_LINES, { id }, range);
    const counted = found.isCut
      ? await askTelemetry(
          deps,
          `${LINES_OF_TRACE} | ${RANK} | STATS n = COUNT(*), errors = COUNT(*) WHERE rank == 0 | LIMIT 1`,
          { id },
          range,
        )
      : null;
    const errors = found.rows.filter((row) => row[5] === 0).length;
    return {
      lines: {
        lines: found.rows.flatMap(toLine),
        total: numberOf(counted?.rows[0]?.[0]) ?? found.rows.length,
        errors: numberOf(counted?.rows[0]?.[1]) ?? errors,
        query: found.query,
      },
      queries: [found.query, ...(counted === null ? [] : [counted.query])],
    };
  } catch (error) {
    if (isAppError(error)) return { lines: null, queries: [] };
    throw error;
  }
};

const toLine = (row: Row): readonly TraceLine[] => {
  const atMs = msOf(row[0]);
  const service = textOf(row[1]);
  if (atMs === null || service === null) return [];
  const at = new Date(atMs);
  return [{ at, service, level: textOf(row[2]), message: textOf(row[3]) ?? '', spanId: textOf(row[4]) }];
};

/** Whatever system made it, it has digits, unless its hexadecimal digits are all letters by chance. */
const looksLikeId = (id: string): boolean => /\d/u.test(id) || /^[a-f]+$/iu.test(id);

/** People copy the first digits of an id from a card or a screenshot. */
const idsBeginningWith = async (
  deps: ReadTraceDeps,
  { traceId: id, asTyped }: Extract<TraceIdReading, { kind: 'id' }>,
  range: TimeWindow,
): Promise<{ readonly ids: readonly string[]; readonly queries: readonly ShownQuery[]; readonly tookMs: number }> => {
  if (id.length < LEAST_PREFIX) return { ids: [], queries: [], tookMs: 0 };
  const begins = (name: string): string => `STARTS_WITH(trace.id, ?${name})`;
  const condition = asTyped === null ? begins('id') : `(${begins('id')} OR ${begins('typed')})`;
  const found = await Promise.all(
    (['spans', 'logs'] as const).map((index) =>
      askTelemetry(
        deps,
        `FROM ${index} | WHERE ${condition} AND @timestamp >= NOW() - 7 days | STATS n = COUNT(*) BY trace.id | SORT n DESC | LIMIT ${MOST_CANDIDATES}`,
        asTyped === null ? { id } : { id, typed: asTyped },
        range,
      ),
    ),
  );
  const ids = found.flatMap(({ rows }) => rows.flatMap((row) => textOf(row[1]) ?? []));
  return {
    ids: [...new Set(ids)].slice(0, MOST_CANDIDATES),
    queries: found.map(({ query }) => query),
    tookMs: Math.max(...found.map(({ tookMs }) => tookMs)),
  };
};
