export { chooseRows, type FoldedSpans } from './choose-rows.ts';
export {
  type FoundTrace,
  readTrace,
  type ReadTraceDeps,
  type ReadTraceOutcome,
  type TraceLine,
  type TraceLines,
} from './read-trace.ts';
export type { Trace, TraceSpan } from './span.ts';
export { spentMost } from './time-spent.ts';
export { waterfallOf } from './waterfall-of.ts';
