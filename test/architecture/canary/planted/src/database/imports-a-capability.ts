// expects: boundaries(dependencies)
import { readGraph } from '../capabilities/topology/index.ts';

export const graph = readGraph();
