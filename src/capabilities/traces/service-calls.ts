import { quantile } from '#statistics/quantiles.ts';
import type { StoredSpan } from './span.ts';

export type SampledSpan = Omit<StoredSpan, 'name' | 'startMs'> & { readonly traceId: string };

/** One service calls another, as the caller saw it. */
export interface CallEdge {
  readonly caller: string;
  readonly callee: string;
  /** Of a sample of the traces; otherwise every call counts. */
  readonly isSampled: boolean;
  readonly calls: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const CALLING: ReadonlySet<string> = new Set(['client', 'producer']);

interface Call {
  readonly caller: string;
  readonly callee: string;
  readonly durationMs: number;
  readonly isError: boolean;
}

/**
 * Who calls whom in whole traces, the busiest first, but for what is counted elsewhere. A call is a span whose parent is of another service. If that
 * parent is a client span it is the call, as the caller saw it: with the way there and what never arrived. A client
 * span without such a child calls what its `peer.service` names, such as a database. A message's call is the work
 * of its consumer, because its producer does not wait. Percentiles are interpolated (Hyndman & Fan 1996, type 7).
 */
export const edgesOfCalls = (
  spans: readonly SampledSpan[],
  isCounted: (call: SampledSpan) => boolean,
): readonly Omit<CallEdge, 'isSampled'>[] => {
  const edges = Map.groupBy(callsOf(spans, isCounted), ({ caller, callee }) => JSON.stringify([caller, callee]));
  return [...edges.values()]
    .flatMap((calls): readonly Omit<CallEdge, 'isSampled'>[] => {
      const [first] = calls;
      if (first === undefined) return [];
      const durations = calls.map(({ durationMs }) => durationMs);
      return [
        {
          caller: first.caller,
          callee: first.callee,
          calls: calls.length,
          failed: calls.filter(({ isError }) => isError).length,
          p50Ms: quantile(durations, 0.5) ?? 0,
          p95Ms: quantile(durations, 0.95) ?? 0,
          p99Ms: quantile(durations, 0.99) ?? 0,
        },
      ];
    })
    .toSorted((a, b) => b.calls - a.calls || (a.caller + a.callee < b.caller + b.callee ? -1 : 1));
};

const callsOf = (spans: readonly SampledSpan[], isCounted: (call: SampledSpan) => boolean): readonly Call[] => {
  const keyOf = (traceId: string, spanId: string): string => `${traceId}/${spanId}`;
  const byKey = Map.groupBy(spans, ({ traceId, spanId }) => keyOf(traceId, spanId));
  const calls: Call[] = [];
  const answered = new Set<SampledSpan>();
  for (const span of spans) {
    if (span.parentId === null) continue;
    const above = byKey.get(keyOf(span.traceId, span.parentId)) ?? [];
    // Caller and callee may share an id; the caller's half stands in the parent's service.
    const shared = byKey.get(keyOf(span.traceId, span.spanId)) ?? [];
    const parent =
      shared.find((other) => other !== span && CALLING.has(other.kind) && !CALLING.has(span.kind)) ??
      above.find(({ service }) => service === span.service) ??
      above.at(-1);
    if (parent === undefined || parent.service === span.service) continue;
    const isMessage = parent.kind === 'producer' || span.kind === 'consumer';
    const isOnce = parent.kind === 'client' && !isMessage;
    if (isOnce && (isCounted(parent) || answered.has(parent))) continue;
    answered.add(parent);
    const { durationMs, isError } = isOnce ? parent : span;
    calls.push({ caller: parent.service, callee: span.service, durationMs, isError });
  }
  for (const span of spans) {
    const { peerService } = span;
    if (!CALLING.has(span.kind) || answered.has(span) || isCounted(span)) continue;
    if (peerService === null || peerService === span.service) continue;
    calls.push({ caller: span.service, callee: peerService, durationMs: span.durationMs, isError: span.isError });
  }
  return calls;
};
