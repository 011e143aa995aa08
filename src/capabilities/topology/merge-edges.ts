import { DAY_MS } from '#kernel/duration.ts';
import type { CallGraphEdge } from './call-graph.ts';

export interface StoredEdge extends CallGraphEdge {
  readonly source: 'spans' | 'logs' | 'configuration';
  readonly lastSeenAt: Date;
}

export interface SampledEdges {
  readonly spanEdges: readonly CallGraphEdge[];
  readonly logEdges: readonly CallGraphEdge[];
}

// A service that is called once a day is still called; one that was taken away is gone two days later.
export const FORGET_EDGES_AFTER_MS = 2 * DAY_MS;
const MAX_EDGES = 20_000;

/**
 * What is known after a sample. Counts are those of the latest sample that saw the edge. An edge of
 * known direction replaces the undirected one of its pair; a configured one also replaces the opposite
 * that telemetry shows. Edges not seen for two days are forgotten.
 */
export const mergeEdges = (
  stored: readonly StoredEdge[],
  sample: SampledEdges,
  configured: readonly CallGraphEdge[],
  at: Date,
): readonly StoredEdge[] => {
  const oldest = at.getTime() - FORGET_EDGES_AFTER_MS;
  const edges = new Map<string, StoredEdge>();
  const put = (edge: StoredEdge): void => void edges.set(keyOf(edge.caller, edge.callee), edge);

  for (const edge of stored) {
    if (edge.source !== 'configuration' && edge.lastSeenAt.getTime() >= oldest) put(edge);
  }
  for (const edge of sample.logEdges) {
    const known =
      edges.get(keyOf(edge.caller, edge.callee))?.isDirected === true || edges.has(keyOf(edge.callee, edge.caller));
    if (!known) put({ ...edge, source: 'logs', lastSeenAt: at });
  }
  for (const edge of sample.spanEdges) {
    put({ ...edge, source: 'spans', lastSeenAt: at });
    const opposite = keyOf(edge.callee, edge.caller);
    if (edges.get(opposite)?.isDirected === false) edges.delete(opposite);
  }
  for (const edge of configured) {
    const calls = edges.get(keyOf(edge.caller, edge.callee))?.calls ?? 0;
    put({ ...edge, calls, source: 'configuration', lastSeenAt: at });
    const opposite = keyOf(edge.callee, edge.caller);
    if (edges.get(opposite)?.source !== 'configuration') edges.delete(opposite);
  }
  return [...edges.values()]
    .toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime() || b.calls - a.calls)
    .slice(0, MAX_EDGES);
};

const keyOf = (caller: string, callee: string): string => JSON.stringify([caller, callee]);
