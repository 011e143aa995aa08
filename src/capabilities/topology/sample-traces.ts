import { checkQuery } from '#esql/check-query.ts';
import { isStorableName } from '#kernel/storable-name.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { QueryAnswer, QueryValue, TelemetryStore } from '#ports/telemetry-store.ts';
import type { CallGraphEdge } from './call-graph.ts';
import { edgesOfSharedTraces, edgesOfSpans, type SpanRow, type TracedService } from './edges-of-traces.ts';
import { longerPrefix, tracePrefix } from './trace-prefix.ts';

export interface TraceSample {
  /** Services seen in logs or spans of the window. */
  readonly services: readonly string[];
  readonly spanEdges: readonly CallGraphEdge[];
  readonly logEdges: readonly CallGraphEdge[];
  readonly rowsRead: number;
}

export interface SampleDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'schema' | 'query'>;
}

const MAX_SAMPLE_ROWS = 10_000;
const QUERY_TIMEOUT_MS = 10_000;
// Ids that all begin alike need a longer prefix than random ones would.
const MAX_PREFIX_TRIES = 4;

/** Asks which services there are and who calls whom in whole traces of the window; at most 12 queries. */
export const sampleTraces = async (
  deps: SampleDeps,
  window: TimeWindow,
  signal?: AbortSignal,
): Promise<TraceSample> => {
  const ask: Ask = async (text) => {
    const { telemetryStore } = deps;
    const query = checkQuery(text, { schema: telemetryStore.schema() });
    return telemetryStore.query({
      query,
      range: window,
      timeoutMs: QUERY_TIMEOUT_MS,
      purpose: 'call-graph',
      ...(signal ? { signal } : {}),
    });
  };
  const spanCounts = countsByService(
    await ask(`FROM spans | STATS n = COUNT(*) BY service.name | LIMIT ${MAX_SAMPLE_ROWS}`),
  );
  const logCounts = countsByService(
    await ask(`FROM logs | STATS n = COUNT(trace.id) BY service.name | LIMIT ${MAX_SAMPLE_ROWS}`),
  );
  const spans = await sampleOf(ask, 'spans', 'trace.id, span.id, parent.id, service.name', sum(spanCounts));
  const withoutSpans = [...logCounts].filter(([service, traced]) => traced > 0 && !spanCounts.has(service));
  const traced = withoutSpans.length === 0 ? [] : await sampleOf(ask, 'logs', 'trace.id, service.name', sum(logCounts));
  return {
    services: [...new Set([...spanCounts.keys(), ...logCounts.keys()])].toSorted(),
    spanEdges: edgesOfSpans(spans.flatMap(toSpanRow)),
    // Where both services send spans, the spans know better who calls whom.
    logEdges: edgesOfSharedTraces(traced.flatMap(toTracedService)).filter(
      (edge) => !spanCounts.has(edge.caller) || !spanCounts.has(edge.callee),
    ),
    rowsRead: spans.length + traced.length,
  };
};

type Ask = (text: string) => Promise<QueryAnswer>;
type Row = QueryAnswer['rows'][number];

/** Whole traces: those whose id begins like the id of one that exists. */
const sampleOf = async (
  ask: Ask,
  index: 'spans' | 'logs',
  columns: string,
  totalRows: number,
): Promise<readonly Row[]> => {
  if (totalRows === 0) return [];
  const one = await ask(`FROM ${index} | WHERE trace.id IS NOT NULL | KEEP trace.id | LIMIT 1`);
  const traceId = text(one.rows[0]?.[0]);
  if (traceId === null) return [];
  let prefix = tracePrefix(traceId, totalRows, MAX_SAMPLE_ROWS);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(
      `FROM ${index} | WHERE trace.id LIKE "${prefix}*" | KEEP ${columns} | LIMIT ${MAX_SAMPLE_ROWS}`,
    );
    const longer = longerPrefix(traceId, Math.max(1, prefix.length * 2));
    // A cut answer only misses edges: an edge needs both of its spans.
    if (!answer.isCut || attempt === MAX_PREFIX_TRIES || longer.length === prefix.length) return answer.rows;
    prefix = longer;
  }
};

const countsByService = (answer: QueryAnswer): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [n, service] of answer.rows) {
    if (typeof service === 'string' && isStorableName(service) && typeof n === 'number') counts.set(service, n);
  }
  return counts;
};

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, n) => total + n, 0);

const text = (value: QueryValue | undefined): string | null =>
  typeof value === 'string' && isStorableName(value) ? value : null;

const toSpanRow = (row: Row): readonly SpanRow[] => {
  const [traceId, spanId, parentId, service] = [text(row[0]), text(row[1]), text(row[2]), text(row[3])];
  return traceId === null || spanId === null || service === null ? [] : [{ traceId, spanId, parentId, service }];
};

const toTracedService = (row: Row): readonly TracedService[] => {
  const [traceId, service] = [text(row[0]), text(row[1])];
  return traceId === null || service === null ? [] : [{ traceId, service }];
};
