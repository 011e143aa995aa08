import type { StoredSpan } from './span.ts';

/** A span with its place in the tree; `at` counts the placed spans, whose order is that of the input. */
export interface PlacedSpan {
  readonly span: StoredSpan;
  readonly parentAt: number | null;
  readonly children: readonly number[];
  readonly isOrphan: boolean;
}

export interface PlacedSpans {
  readonly placed: readonly PlacedSpan[];
  readonly duplicates: number;
  readonly circles: number;
}

const CALLING: ReadonlySet<string> = new Set(['client', 'producer']);

/**
 * Finds each span's parent. Copies of a span count once. Where caller and callee share an id, as in Zipkin's
 * model, the callee is a child of the caller, and other children of that id belong to the span of their own
 * service, else to the callee. A span without a parent among the others is a root. A circle of parents is cut at
 * its span that began first.
 */
export const placeSpans = (stored: readonly StoredSpan[]): PlacedSpans => {
  const spans = withoutCopies(stored);
  const byId = new Map<string, number[]>();
  for (const [at, { spanId }] of spans.entries()) byId.set(spanId, [...(byId.get(spanId) ?? []), at]);
  for (const group of byId.values()) group.sort((a, b) => callersFirst(spans[a], spans[b]));

  const parents = spans.map((span, at): number | null => {
    const group = byId.get(span.spanId) ?? [];
    const place = group.indexOf(at);
    if (place > 0) return group[place - 1] ?? null;
    const above = span.parentId === null || span.parentId === span.spanId ? [] : (byId.get(span.parentId) ?? []);
    return above.find((parent) => spans[parent]?.service === span.service) ?? above.at(-1) ?? null;
  });
  const circles = cutCircles(spans, parents);
  const children = spans.map((): number[] => []);
  for (const [at, parent] of parents.entries()) if (parent !== null) children[parent]?.push(at);
  return {
    placed: spans.map((span, at) => {
      const parentAt = parents[at] ?? null;
      const isOrphan = parentAt === null && span.parentId !== null && !byId.has(span.parentId);
      return { span, parentAt, children: children[at] ?? [], isOrphan };
    }),
    duplicates: stored.length - spans.length,
    circles,
  };
};

const withoutCopies = (spans: readonly StoredSpan[]): readonly StoredSpan[] => {
  const seen = new Map<string, StoredSpan>();
  for (const span of spans) {
    const key = JSON.stringify([span.spanId, span.service, span.kind, span.name]);
    const known = seen.get(key);
    // A span that was sent before it ended is shorter than its last copy.
    if (known === undefined || span.durationMs > known.durationMs) seen.set(key, span);
  }
  return [...seen.values()];
};

const callersFirst = (a: StoredSpan | undefined, b: StoredSpan | undefined): number => {
  if (a === undefined || b === undefined) return 0;
  return Number(CALLING.has(b.kind)) - Number(CALLING.has(a.kind)) || b.durationMs - a.durationMs;
};

/** Changes `parents` so that each way up ends; returns how many circles there were. */
const cutCircles = (spans: readonly StoredSpan[], parents: (number | null)[]): number => {
  const done = new Set<number>();
  let circles = 0;
  for (const start of spans.keys()) {
    const way: number[] = [];
    const onWay = new Set<number>();
    let at: number | null = start;
    while (at !== null && !done.has(at) && !onWay.has(at)) {
      way.push(at);
      onWay.add(at);
      at = parents[at] ?? null;
    }
    if (at !== null && onWay.has(at)) {
      const circle = way.slice(way.indexOf(at));
      const first = circle.reduce((a, b) => ((spans[b]?.startMs ?? 0) < (spans[a]?.startMs ?? 0) ? b : a));
      parents[first] = null;
      circles += 1;
    }
    for (const each of way) done.add(each);
  }
  return circles;
};
