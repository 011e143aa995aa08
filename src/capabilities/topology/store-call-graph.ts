import type { NewRow } from '#database/schema.ts';
import type { Database } from '#database/state-store.ts';
import { DAY_MS } from '#kernel/duration.ts';
import type { CallGraphEdge } from './call-graph.ts';
import { mergeEdges, type SampledEdges, type StoredEdge } from './merge-edges.ts';
import type { TraceSample } from './sample-traces.ts';

const FORGET_REFRESHES_AFTER_MS = DAY_MS;
const ROWS_PER_INSERT = 1_000;
const NOTHING_SAMPLED: SampledEdges = { spanEdges: [], logEdges: [] };

/** Merges a sample, or only the configured edges, into what is stored. Two at once: one fails with a unique violation and is retried. */
export const storeCallGraph = async (
  db: Database,
  sample: TraceSample | null,
  configured: readonly CallGraphEdge[],
  at: Date,
): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    const stored = (await trx.selectFrom('call_graph_edges').selectAll().forUpdate().execute()).map(toStoredEdge);
    if (sample === null && hasAsConfigured(stored, configured)) return;
    const merged = mergeEdges(stored, sample ?? NOTHING_SAMPLED, configured, at).map(toRow);
    await trx.deleteFrom('call_graph_edges').execute();
    for (let start = 0; start < merged.length; start += ROWS_PER_INSERT) {
      await trx
        .insertInto('call_graph_edges')
        .values(merged.slice(start, start + ROWS_PER_INSERT))
        .execute();
    }
    if (sample === null) return;
    await trx
      .insertInto('call_graph_refreshes')
      .values({ at, services: JSON.stringify(sample.services), rows_read: sample.rowsRead })
      .execute();
    await trx
      .deleteFrom('call_graph_refreshes')
      .where('at', '<', new Date(at.getTime() - FORGET_REFRESHES_AFTER_MS))
      .execute();
  });
};

const hasAsConfigured = (stored: readonly StoredEdge[], configured: readonly CallGraphEdge[]): boolean => {
  const known = stored.filter(({ source }) => source === 'configuration');
  return (
    known.length === configured.length &&
    configured.every((edge) => known.some(({ caller, callee }) => caller === edge.caller && callee === edge.callee))
  );
};

const toStoredEdge = (row: {
  caller: string;
  callee: string;
  calls: number;
  is_directed: boolean;
  source: string;
  last_seen_at: Date;
}): StoredEdge => ({
  caller: row.caller,
  callee: row.callee,
  calls: row.calls,
  isDirected: row.is_directed,
  source: row.source === 'spans' || row.source === 'logs' ? row.source : 'configuration',
  lastSeenAt: row.last_seen_at,
});

const toRow = (edge: StoredEdge): NewRow<'call_graph_edges'> => ({
  caller: edge.caller,
  callee: edge.callee,
  calls: edge.calls,
  is_directed: edge.isDirected,
  source: edge.source,
  last_seen_at: edge.lastSeenAt,
});
