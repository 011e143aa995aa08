// expects: boundaries(dependencies)
import { readGraph } from '#capabilities/topology/read-graph.ts';

export const graph = readGraph();
