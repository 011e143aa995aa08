import type { TimeWindow } from '#kernel/time-window.ts';
import { type Asked, type AskDeps, askTelemetry, numberOf, type ShownQuery, textOf } from './ask-telemetry.ts';
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
const COUNTS =
  'STATS calls = COUNT(*), failed = COUNT(*) WHERE status == "error", p50 = PERCENTILE(duration_ms, 50), p95 = PERCENTILE(duration_ms, 95), p99 = PERCENTILE(duration_ms, 99)';

/** Whether a call to or from the service is among those that `countCalls` counts. */
export const isCountedCall = (service: string, span: SampledSpan): boolean =>
  span.kind === 'client' &&
  span.peerService !== null &&
  span.peerService !== span.service &&
  (span.service === service || span.peerService === service);

/** Every call of a client span that names whom it calls, both ways. Nothing of it is sampled. */
export const countCalls = async (deps: AskDeps, service: string, range: TimeWindow): Promise<CountedCalls> => {
  const ask = (mine: string, other: string): Promise<Asked> =>
    askTelemetry(
      deps,
      `FROM spans | WHERE ${mine} == ?service AND span.kind == "client" AND ${other} != ?service | ${COUNTS} BY ${other} | SORT calls DESC | LIMIT ${MOST_EDGES}`,
      { service },
      range,
    );
  const [callers, callees] = await Promise.all([
    ask('peer.service', 'service.name'),
    ask('service.name', 'peer.service'),
  ]);
  return {
    callers: callers.rows.flatMap((row) => toEdge(row, (caller) => ({ caller, callee: service }))),
    callees: callees.rows.flatMap((row) => toEdge(row, (callee) => ({ caller: service, callee }))),
    isCut: callers.isCut || callees.isCut,
    queries: [callers.query, callees.query],
    tookMs: callers.tookMs + callees.tookMs,
  };
};

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
