import type { TimeWindow } from '#kernel/time-window.ts';
import { type Asked, type AskDeps, askTelemetry, numberOf, type ShownQuery, textOf } from './ask-telemetry.ts';
import { sampleSuffixes } from './sample-suffixes.ts';
import type { SampledSpan } from './service-calls.ts';

export interface SampledTraces {
  readonly spans: readonly SampledSpan[];
  /** Traces that the service took part in, counted approximately, and how many of them were read. */
  readonly totalTraces: number;
  readonly sampledTraces: number;
  /** Of the chosen traces not all was read, so calls may be missing. */
  readonly isCut: boolean;
  readonly queries: readonly ShownQuery[];
  readonly tookMs: number;
}

// One query names so many ids at most: the limit of its parameters.
const IDS_A_QUERY = 200;
const MOST_TRACES = 3 * IDS_A_QUERY;
const MOST_SPANS = 10_000;

/**
 * A random sample of the traces that a service took part in, read whole. A service with few traces is read
 * completely, however many other traces there are.
 */
export const sampleTraces = async (deps: AskDeps, service: string, range: TimeWindow): Promise<SampledTraces> => {
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
  return {
    spans: pages.flatMap(({ rows }) => rows.flatMap(toSpan)),
    totalTraces: Math.max(totalTraces, ids.length),
    sampledTraces: ids.length,
    // That there are more traces than were chosen is told by their numbers: a sample is no gap.
    isCut: pages.some(({ isCut }) => isCut),
    queries: [counted.query, chosen.query, spansQuery(ids.length)],
    tookMs: [counted, chosen, ...pages].reduce((sum, { tookMs }) => sum + tookMs, 0),
  };
};

const chooseTraces = (
  deps: AskDeps,
  service: string,
  suffixes: readonly string[] | null,
  range: TimeWindow,
): Promise<Asked> => {
  const endings = Object.fromEntries((suffixes ?? []).map((suffix, at) => [`end${at}`, suffix]));
  const names = Object.keys(endings).map((name) => `?${name}`);
  const length = suffixes?.[0]?.length ?? 0;
  const ending = length === 0 ? '' : ` AND RIGHT(trace.id, ${length}) IN (${names.join(', ')})`;
  return askTelemetry(
    deps,
    `FROM spans | WHERE service.name == ?service${ending} | STATS n = COUNT(*) BY trace.id | LIMIT ${MOST_TRACES}`,
    { service, ...endings },
    range,
  );
};

const COLUMNS = 'KEEP trace.id, span.id, parent.id, service.name, span.kind, peer.service, duration_ms, status';

const readSpans = (deps: AskDeps, ids: readonly string[], range: TimeWindow): Promise<Asked> => {
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
