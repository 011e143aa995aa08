export { readGraph } from './read-graph.ts';
