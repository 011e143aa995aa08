import type { Database } from '#database/state-store.ts';
import { type CallGraph, callGraphOf } from './call-graph.ts';

/** The stored call graph; empty before the first refresh. May run inside a transaction. */
export const readCallGraph = async (db: Database): Promise<CallGraph> => {
  const edges = await db
    .selectFrom('call_graph_edges')
    .select(['caller', 'callee', 'calls', 'is_directed as isDirected'])
    .orderBy('caller')
    .orderBy('callee')
    .execute();
  const refresh = await db
    .selectFrom('call_graph_refreshes')
    .select('services')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return callGraphOf(edges, refresh?.services ?? []);
};
