// expects: boundaries(dependencies)
export { readGraph } from '#capabilities/topology/index.ts';
