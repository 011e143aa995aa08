import type { Trace, TraceSpan } from './span.ts';

/** The span that took the largest part of the critical path by itself; null of a trace without duration. */
export const spentMost = (trace: Trace): TraceSpan | null =>
  trace.spans.reduce<TraceSpan | null>((most, span) => (span.criticalMs > (most?.criticalMs ?? 0) ? span : most), null);
