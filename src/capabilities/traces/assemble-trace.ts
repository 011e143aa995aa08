import { adjustClocks } from './adjust-clocks.ts';
import { findCriticalPath, type PathSpan } from './critical-path.ts';
import { type PlacedSpan, placeSpans } from './place-spans.ts';
import type { StoredSpan, Trace, TraceSpan } from './span.ts';

/** The tree of a trace, in reading order, with self times and the critical path; null of no spans. */
export const assembleTrace = (stored: readonly StoredSpan[]): Trace | null => {
  const { placed, duplicates, circles } = placeSpans(stored);
  const inputOrder = parentsFirst(
    placed,
    placed.map(({ span }) => span.startMs),
  );
  const shifts = adjustClocks(placed, inputOrder);
  const starts = placed.map(({ span }, at) => span.startMs + (shifts[at] ?? 0));
  const order = parentsFirst(placed, starts);
  const [first] = order;
  if (first === undefined) return null;

  const beganMs = Math.min(...order.map((at) => starts[at] ?? 0));
  const newAt = new Map(order.map((at, place) => [at, place]));
  const path: readonly (PathSpan & { readonly parentAt: number | null })[] = order.map((at) => {
    const { span, children, parentAt } = placed[at] as PlacedSpan;
    const fromMs = (starts[at] ?? 0) - beganMs;
    return {
      fromMs,
      toMs: fromMs + span.durationMs,
      kind: span.kind,
      children: children.map((child) => newAt.get(child) ?? 0),
      parentAt: parentAt === null ? null : (newAt.get(parentAt) ?? null),
    };
  });
  const isOrphan = order.map((at) => (placed[at] as PlacedSpan).isOrphan);
  const rootAt = mainRoot(path, isOrphan);
  const critical = findCriticalPath(path, rootAt);
  const criticalMs = path.map(() => 0);
  for (const { at, fromMs, toMs } of critical.stretches) criticalMs[at] = (criticalMs[at] ?? 0) + toMs - fromMs;
  const depths: number[] = [];
  const spans = order.map((from, at): TraceSpan => {
    const { span } = placed[from] as PlacedSpan;
    const { parentAt, fromMs } = path[at] as (typeof path)[number];
    const depth = parentAt === null ? 0 : (depths[parentAt] ?? 0) + 1;
    depths.push(depth);
    return {
      at,
      parentAt,
      depth,
      spanId: span.spanId,
      service: span.service,
      name: span.name,
      kind: span.kind,
      peerService: span.peerService,
      fromMs,
      durationMs: span.durationMs,
      isError: span.isError,
      isOrphan: isOrphan[at] ?? false,
      shiftMs: shifts[from] ?? 0,
      selfMs: selfMs(path, at),
      isCritical: critical.spans.has(at),
      criticalMs: criticalMs[at] ?? 0,
    };
  });
  return {
    startedAt: new Date(beganMs),
    durationMs: Math.max(...path.map(({ toMs }) => toMs)),
    spans,
    rootAt,
    criticalPath: critical.stretches,
    services: [...new Set(spans.map(({ service }) => service))],
    duplicates,
    circles,
  };
};

/** Depth first; siblings by start, of the same start the longer first. */
const parentsFirst = (placed: readonly PlacedSpan[], starts: readonly number[]): readonly number[] => {
  const byStart = (a: number, b: number): number =>
    (starts[a] ?? 0) - (starts[b] ?? 0) || (placed[b]?.span.durationMs ?? 0) - (placed[a]?.span.durationMs ?? 0);
  const roots = [...placed.keys()].filter((at) => placed[at]?.parentAt === null).toSorted(byStart);
  const order: number[] = [];
  const open = roots.toReversed();
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    order.push(at);
    open.push(...(placed[at]?.children ?? []).toSorted(byStart).toReversed());
  }
  return order;
};

/** The longest of those that really began the trace, else of those whose parents are missing. */
const mainRoot = (
  path: readonly (PathSpan & { readonly parentAt: number | null })[],
  isOrphan: readonly boolean[],
): number => {
  const roots = [...path.keys()].filter((at) => path[at]?.parentAt === null);
  const whole = roots.filter((at) => isOrphan[at] !== true);
  const lengthOf = (at: number): number => (path[at]?.toMs ?? 0) - (path[at]?.fromMs ?? 0);
  return (whole.length > 0 ? whole : roots).reduce((a, b) => (lengthOf(b) > lengthOf(a) ? b : a));
};

/** A span's time less the time in which at least one of its children ran. */
const selfMs = (path: readonly PathSpan[], at: number): number => {
  const span = path[at] as PathSpan;
  const children = span.children.map((child) => path[child] as PathSpan).toSorted((a, b) => a.fromMs - b.fromMs);
  let coveredMs = 0;
  let reachedMs = span.fromMs;
  for (const child of children) {
    const from = Math.max(child.fromMs, reachedMs);
    const to = Math.min(child.toMs, span.toMs);
    if (to <= from) continue;
    coveredMs += to - from;
    reachedMs = to;
  }
  return Math.max(0, span.toMs - span.fromMs - coveredMs);
};
