// expects: boundaries(dependencies)
import { readGraph } from '../src/capabilities/topology/index.ts';

export const graph = readGraph();
