import type { WaterfallChart } from '#ports/chart-renderer.ts';
import { chooseRows } from './choose-rows.ts';
import type { FoundTrace } from './read-trace.ts';
import type { Trace } from './span.ts';

/** Lines of a picture that can still be read on a phone. */
const MOST_ROWS = 40;
const SHOWN_DIGITS = 8;

/** What a waterfall of the trace shows. */
export const waterfallOf = ({ traceId, totalSpans }: FoundTrace, trace: Trace): WaterfallChart => {
  const { spans, folded } = chooseRows(trace, MOST_ROWS);
  const critical = Map.groupBy(trace.criticalPath, ({ at }) => at);
  return {
    title: `Trace ${traceId.length > SHOWN_DIGITS ? `${traceId.slice(0, SHOWN_DIGITS)}…` : traceId}`,
    durationMs: trace.durationMs,
    isError: trace.spans[trace.rootAt]?.isError ?? false,
    totalSpans,
    spans: spans.map(({ at, service, name, depth, fromMs, durationMs, isError, isCritical }) => ({
      service,
      name,
      depth,
      fromMs,
      durationMs,
      isError,
      isCritical,
      critical: (critical.get(at) ?? []).map((stretch) => ({ fromMs: stretch.fromMs, toMs: stretch.toMs })),
    })),
    folded: folded.map(({ service, count, errors }) => ({ service, count, errors })),
  };
};
