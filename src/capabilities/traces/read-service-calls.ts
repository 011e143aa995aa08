import type { TimeWindow } from '#kernel/time-window.ts';
import { type Asked, askTelemetry, numberOf, type ShownQuery, textOf } from './ask-telemetry.ts';
import { sampleSuffixes } from './sample-suffixes.ts';
import { type CallEdge, edgesOfCalls, type SampledSpan } from './service-calls.ts';
import {
  answerOfService,
  type ServiceQuestion,
  type ServiceQuestionDeps,
  type Unanswered,
} from './service-question.ts';

export interface ServiceCalls {
  readonly kind: 'calls';
  readonly service: string;
  /** Who calls it, and whom it calls; the busiest first. */
  readonly callers: readonly CallEdge[];
  readonly callees: readonly CallEdge[];
  /** Traces that the service took part in, counted approximately, and how many of them were read. */
  readonly totalTraces: number;
  readonly sampledTraces: number;
  readonly spansRead: number;
  /** Some spans of the sample were not read, so calls may be missing. */
  readonly isCut: boolean;
  readonly queries: readonly ShownQuery[];
  readonly range: TimeWindow;
  readonly tookMs: number;
}

// One query names so many ids at most: the limit of its parameters.
const IDS_A_QUERY = 200;
const MOST_TRACES = 3 * IDS_A_QUERY;
const MOST_SPANS = 10_000;

/**
 * The calls to and from one service, from a random sample of the traces that it took part in, read whole: who
 * called is known only by the parent of a span, which ES|QL does not join. A service with few traces is read
 * completely, however many other traces there are.
 */
export const readServiceCalls = (
  deps: ServiceQuestionDeps,
  question: ServiceQuestion,
): Promise<ServiceCalls | Unanswered> =>
  answerOfService(deps, question, async (service, range): Promise<ServiceCalls> => {
    const counted = await askTelemetry(
      deps,
      'FROM spans | WHERE service.name == ?service | STATS traces = COUNT_DISTINCT(trace.id), any = MAX(trace.id) | LIMIT 1',
      { service },
      range,
    );
    const totalTraces = numberOf(counted.rows[0]?.[0]) ?? 0;
    const suffixes = sampleSuffixes(textOf(counted.rows[0]?.[1]) ?? '', totalTraces, MOST_TRACES);
    const chosen = await chooseTraces(deps, service, suffixes, range);
    const ids = chosen.rows.flatMap((row) => textOf(row[1]) ?? []).slice(0, MOST_TRACES);
    const pages = await Promise.all(chunks(ids).map((page) => readSpans(deps, page, range)));
    const spans = pages.flatMap(({ rows }) => rows.flatMap(toSpan));
    const edges = edgesOfCalls(spans);
    return {
      kind: 'calls',
      service,
      callers: edges.filter(({ callee }) => callee === service),
      callees: edges.filter(({ caller }) => caller === service),
      totalTraces: Math.max(totalTraces, ids.length),
      sampledTraces: ids.length,
      spansRead: spans.length,
      isCut: pages.some(({ isCut }) => isCut),
      queries: [chosen.query, spansQuery(ids.length)],
      range,
      tookMs: [counted, chosen, ...pages].reduce((sum, { tookMs }) => sum + tookMs, 0),
    };
  });

const chooseTraces = (
  deps: ServiceQuestionDeps,
  service: string,
  suffixes: readonly string[] | null,
  range: TimeWindow,
): Promise<Asked> => {
  const endings = Object.fromEntries((suffixes ?? []).map((suffix, at) => [`end${at}`, suffix]));
  const conditions = Object.keys(endings).map((name) => `ENDS_WITH(trace.id, ?${name})`);
  const ending = conditions.length === 0 ? '' : ` AND (${conditions.join(' OR ')})`;
  return askTelemetry(
    deps,
    `FROM spans | WHERE service.name == ?service${ending} | STATS n = COUNT(*) BY trace.id | LIMIT ${MOST_TRACES}`,
    { service, ...endings },
    range,
  );
};

const COLUMNS = 'KEEP trace.id, span.id, parent.id, service.name, span.kind, peer.service, duration_ms, status';

const readSpans = (deps: ServiceQuestionDeps, ids: readonly string[], range: TimeWindow): Promise<Asked> => {
  const parameters = Object.fromEntries(ids.map((id, at) => [`id${at}`, id]));
  const names = Object.keys(parameters).map((name) => `?${name}`);
  return askTelemetry(
    deps,
    `FROM spans | WHERE trace.id IN (${names.join(', ')}) | ${COLUMNS} | LIMIT ${MOST_SPANS}`,
    parameters,
    range,
  );
};

/** Without the ids, which would fill the answer. */
const spansQuery = (ids: number): ShownQuery =>
  `FROM spans | WHERE trace.id IN (…${ids} ids…) | ${COLUMNS} | LIMIT ${MOST_SPANS}`;

const chunks = (ids: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(ids.length / IDS_A_QUERY) }, (_, at) =>
    ids.slice(at * IDS_A_QUERY, (at + 1) * IDS_A_QUERY),
  );

const toSpan = (row: Asked['rows'][number]): readonly SampledSpan[] => {
  const [traceId, spanId, service] = [textOf(row[0]), textOf(row[1]), textOf(row[3])];
  if (traceId === null || spanId === null || service === null) return [];
  return [
    {
      traceId,
      spanId,
      parentId: textOf(row[2]),
      service,
      kind: textOf(row[4]) ?? 'internal',
      peerService: textOf(row[5]),
      durationMs: Math.max(0, numberOf(row[6]) ?? 0),
      isError: row[7] === 'error',
    },
  ];
};
