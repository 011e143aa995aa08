import type { TimeWindow } from '#kernel/time-window.ts';
import { type Asked, type AskDeps, askTelemetry, numberOf, type ShownQuery, textOf } from './ask-telemetry.ts';
import { matchPeer } from './match-peer.ts';
import type { CallEdge, SampledSpan } from './service-calls.ts';

export interface CountedCalls {
  /** The busiest first. */
  readonly callers: readonly CallEdge[];
  readonly callees: readonly CallEdge[];
  /** There are more than are listed. */
  readonly isCut: boolean;
  readonly queries: readonly ShownQuery[];
  readonly tookMs: number;
}

const MOST_EDGES = 100;
const MOST_PEERS = 1_000;
// Each is up to two parameters of a query, which may have 200.
const MOST_SPELLINGS = 99;
const COUNTS =
  'STATS calls = COUNT(*), failed = COUNT(*) WHERE status == "error", p50 = PERCENTILE(duration_ms, 50), p95 = PERCENTILE(duration_ms, 95), p99 = PERCENTILE(duration_ms, 99)';

/** Whether a call to or from the service is among those that `countCalls` counts. */
export const isCountedCall = (service: string, span: SampledSpan): boolean =>
  span.kind === 'client' &&
  span.peerService !== null &&
  span.peerService !== span.service &&
  (span.service === service || span.peerService === service);

/**
 * Every call of a client span that names whom it calls, both ways. Nothing of it is sampled. `known`: services, which a
 * caller may name otherwise, as `orders:8080`.
 */
export const countCalls = async (
  deps: AskDeps,
  service: string,
  known: readonly string[],
  range: TimeWindow,
): Promise<CountedCalls> => {
  const [callers, callees] = await Promise.all([
    countCallers(deps, service, known, range),
    countCallees(deps, service, known, range),
  ]);
  return {
    callers: callers.rows.flatMap((row) => toEdge(row, (caller) => ({ caller, callee: service }))),
    callees: callees.rows.flatMap((row) => toEdge(row, (callee) => ({ caller: service, callee }))),
    isCut: callers.isCut || callees.isCut,
    queries: [callers.query, callees.query],
    tookMs: callers.tookMs + callees.tookMs,
  };
};

const TOP = `SORT calls DESC | LIMIT ${MOST_EDGES}`;

const countCallers = async (
  deps: AskDeps,
  service: string,
  known: readonly string[],
  range: TimeWindow,
): Promise<Asked> => {
  const named = await askTelemetry(
    deps,
    `FROM spans | WHERE span.kind == "client" AND peer.service IS NOT NULL | STATS n = COUNT(*) BY peer.service | SORT n DESC | LIMIT ${MOST_PEERS}`,
    {},
    range,
  );
  const spelt = named.rows.flatMap((row) => {
    const peer = textOf(row[1]);
    return peer !== null && peer !== service && matchPeer(peer, known) === service ? [peer] : [];
  });
  const others = numbered('peer', spelt.slice(0, MOST_SPELLINGS));
  const isCallee =
    spelt.length === 0 ? 'peer.service == ?service' : `peer.service IN (?service, ${parameters(others)})`;
  const asked = await askTelemetry(
    deps,
    `FROM spans | WHERE ${isCallee} AND span.kind == "client" AND service.name != ?service | ${COUNTS} BY service.name | ${TOP}`,
    { service, ...others },
    range,
  );
  return {
    ...asked,
    isCut: asked.isCut || named.isCut || spelt.length > MOST_SPELLINGS,
    tookMs: named.tookMs + asked.tookMs,
  };
};

const countCallees = async (
  deps: AskDeps,
  service: string,
  known: readonly string[],
  range: TimeWindow,
): Promise<Asked> => {
  const calls = 'FROM spans | WHERE service.name == ?service AND span.kind == "client" AND peer.service != ?service';
  const asked = await askTelemetry(deps, `${calls} | ${COUNTS} BY peer.service | ${TOP}`, { service }, range);
  const all = asked.rows.flatMap((row) => {
    const peer = textOf(row[5]);
    const meant = peer === null ? null : matchPeer(peer, known);
    return peer === null || meant === null || meant === peer ? [] : [{ peer, meant }];
  });
  if (all.length === 0) return asked;
  const spelt = all.slice(0, MOST_SPELLINGS);
  // Percentiles of several spellings are not those of all calls together, so these are counted again.
  const peers = numbered(
    'peer',
    spelt.map(({ peer }) => peer),
  );
  const meant = numbered(
    'callee',
    spelt.map((each) => each.meant),
  );
  const cases = spelt.map((_, at) => `peer.service == ?peer${at}, ?callee${at}`).join(', ');
  const again = await askTelemetry(
    deps,
    `${calls} | EVAL callee = CASE(${cases}, peer.service) | WHERE callee != ?service | ${COUNTS} BY callee | ${TOP}`,
    { service, ...peers, ...meant },
    range,
  );
  return {
    ...again,
    isCut: asked.isCut || again.isCut || all.length > MOST_SPELLINGS,
    tookMs: asked.tookMs + again.tookMs,
  };
};

const numbered = (name: string, values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value, at) => [`${name}${at}`, value]));

const parameters = (named: Readonly<Record<string, string>>): string =>
  Object.keys(named)
    .map((name) => `?${name}`)
    .join(', ');

const toEdge = (
  row: Asked['rows'][number],
  endsOf: (other: string) => Pick<CallEdge, 'caller' | 'callee'>,
): readonly CallEdge[] => {
  const [calls, other] = [numberOf(row[0]), textOf(row[5])];
  if (calls === null || other === null) return [];
  return [
    {
      ...endsOf(other),
      isSampled: false,
      calls,
      failed: numberOf(row[1]) ?? 0,
      p50Ms: numberOf(row[2]) ?? 0,
      p95Ms: numberOf(row[3]) ?? 0,
      p99Ms: numberOf(row[4]) ?? 0,
    },
  ];
};
