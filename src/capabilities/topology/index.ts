export {
  type CallGraph,
  type CallGraphEdge,
  calleesThrough,
  callGraphOf,
  directionOfPath,
  findLink,
  linkedServices,
  type PathDirection,
} from './call-graph.ts';
export type { ConfiguredCalls } from './configured-calls.ts';
export { readCallGraph } from './read-call-graph.ts';
export {
  CALL_GRAPH_REFRESH_EVERY_MS,
  CALL_GRAPH_REFRESH_JOB,
  callGraphRefreshJob,
  refreshCallGraph,
  refreshOldCallGraph,
  type RefreshCallGraphDeps,
} from './refresh-call-graph.ts';
