export { type FoundTrace, readTrace, type ReadTraceDeps, type ReadTraceOutcome } from './read-trace.ts';
export type { Trace, TraceSpan } from './span.ts';
