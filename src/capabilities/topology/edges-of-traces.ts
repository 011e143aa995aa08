import type { CallGraphEdge } from './call-graph.ts';

export interface SpanRow {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | null;
  readonly service: string;
}

export interface TracedService {
  readonly traceId: string;
  readonly service: string;
}

// Every pair of a trace becomes an edge, so a trace of very many services says little and costs much.
const MAX_SERVICES_PER_TRACE = 30;

/** A call is a span whose parent belongs to another service. Parents outside the sample give nothing. */
export const edgesOfSpans = (spans: readonly SpanRow[]): readonly CallGraphEdge[] => {
  const serviceOfSpan = new Map(spans.map((span) => [`${span.traceId}/${span.spanId}`, span.service]));
  const counts = new EdgeCounts();
  for (const span of spans) {
    if (span.parentId === null) continue;
    const caller = serviceOfSpan.get(`${span.traceId}/${span.parentId}`);
    if (caller !== undefined && caller !== span.service) counts.add(caller, span.service);
  }
  return counts.edges(true);
};

/** Services that share a trace are connected; who calls whom is unknown, so the pair is in alphabetical order. */
export const edgesOfSharedTraces = (rows: readonly TracedService[]): readonly CallGraphEdge[] => {
  const servicesOfTrace = new Map<string, Set<string>>();
  for (const { traceId, service } of rows) {
    const services = servicesOfTrace.get(traceId) ?? new Set<string>();
    services.add(service);
    servicesOfTrace.set(traceId, services);
  }
  const counts = new EdgeCounts();
  for (const services of servicesOfTrace.values()) {
    if (services.size > MAX_SERVICES_PER_TRACE) continue;
    const sorted = [...services].toSorted();
    for (const [at, first] of sorted.entries()) {
      for (const second of sorted.slice(at + 1)) counts.add(first, second);
    }
  }
  return counts.edges(false);
};

class EdgeCounts {
  readonly #calleesOf = new Map<string, Map<string, number>>();

  add(caller: string, callee: string): void {
    const callees = this.#calleesOf.get(caller) ?? new Map<string, number>();
    callees.set(callee, (callees.get(callee) ?? 0) + 1);
    this.#calleesOf.set(caller, callees);
  }

  edges(isDirected: boolean): readonly CallGraphEdge[] {
    return [...this.#calleesOf].flatMap(([caller, callees]) =>
      [...callees].map(([callee, calls]) => ({ caller, callee, calls, isDirected })),
    );
  }
}
