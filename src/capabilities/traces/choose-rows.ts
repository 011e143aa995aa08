import type { Trace, TraceSpan } from './span.ts';

/** What is not shown of one service, or of several services together (`service` null). */
export interface FoldedSpans {
  readonly service: string | null;
  readonly count: number;
  readonly errors: number;
  readonly longestMs: number;
}

export interface ChosenRows {
  /** In the order of the tree. */
  readonly spans: readonly TraceSpan[];
  /** The most spans first. */
  readonly folded: readonly FoldedSpans[];
}

// Of the rows, what the folded services may take.
const FOLDED_SHARE = 0.2;

/**
 * The spans that fit into so many rows: those on the critical path, the ones that took most of it first; then
 * those that failed; then the longest. Each comes with what it hangs below, as far as there is room. The others
 * are counted by service.
 */
export const chooseRows = (trace: Trace, mostRows: number): ChosenRows => {
  if (trace.spans.length <= mostRows) return { spans: trace.spans, folded: [] };
  const foldedRows = Math.max(1, Math.floor(mostRows * FOLDED_SHARE));
  const room = mostRows - foldedRows;
  const chosen = new Set<number>();
  for (const { at } of trace.spans.toSorted(byImportance)) {
    if (chosen.size >= room) break;
    const wanted = wayUp(trace, at, chosen);
    if (chosen.size + wanted.length <= room) for (const each of wanted) chosen.add(each);
  }
  // A chain longer than the room: what matters most of it, without what it hangs below.
  for (const { at } of trace.spans.toSorted(byImportance)) {
    if (chosen.size >= room) break;
    chosen.add(at);
  }
  return {
    spans: trace.spans.filter(({ at }) => chosen.has(at)),
    folded: fold(
      trace.spans.filter(({ at }) => !chosen.has(at)),
      foldedRows,
    ),
  };
};

const byImportance = (a: TraceSpan, b: TraceSpan): number =>
  Number(b.isCritical) - Number(a.isCritical) ||
  b.criticalMs - a.criticalMs ||
  Number(b.isError) - Number(a.isError) ||
  b.durationMs - a.durationMs ||
  a.at - b.at;

/** The span and those above it that are not chosen yet. */
const wayUp = (trace: Trace, start: number, chosen: ReadonlySet<number>): readonly number[] => {
  const way: number[] = [];
  for (let at: number | null = start; at !== null && !chosen.has(at); at = trace.spans[at]?.parentAt ?? null)
    way.push(at);
  return way;
};

const fold = (spans: readonly TraceSpan[], mostRows: number): readonly FoldedSpans[] => {
  const services = Map.groupBy(spans, ({ service }) => service);
  const rows = [...services]
    .map(([service, of]) => countOf(service, of))
    .toSorted((a, b) => b.count - a.count || b.longestMs - a.longestMs);
  if (rows.length <= mostRows) return rows;
  const named = rows.slice(0, mostRows - 1);
  const names = new Set(named.map(({ service }) => service));
  return [
    ...named,
    countOf(
      null,
      spans.filter(({ service }) => !names.has(service)),
    ),
  ];
};

const countOf = (service: string | null, spans: readonly TraceSpan[]): FoldedSpans => ({
  service,
  count: spans.length,
  errors: spans.filter(({ isError }) => isError).length,
  longestMs: spans.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0),
});
