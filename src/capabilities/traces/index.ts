export { callsChartOf } from './calls-chart-of.ts';
export { chooseRows, type FoldedSpans } from './choose-rows.ts';
export {
  type FoundTrace,
  queryOfLines,
  readTrace,
  type ReadTraceDeps,
  type ReadTraceOutcome,
  type TraceLine,
  type TraceLines,
} from './read-trace.ts';
export { callsTable, operationsTable, type Table, traceTable } from './tables.ts';
export type { Trace, TraceSpan } from './span.ts';
export { spentMost } from './time-spent.ts';
export { waterfallOf } from './waterfall-of.ts';
export { supportedPercentiles } from './percentile-floors.ts';
export { readServiceCalls, type ServiceCalls } from './read-service-calls.ts';
export { type ExampleTrace, type Operation, readSlowSpans, type SlowSpans } from './read-slow-spans.ts';
export type { CallEdge } from './service-calls.ts';
export type { ServiceQuestion, Unanswered } from './service-question.ts';
