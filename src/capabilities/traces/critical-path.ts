import type { CriticalStretch } from './span.ts';

/** What a path needs to know of a span; times on one clock, in milliseconds. */
export interface PathSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly kind: string;
  readonly children: readonly number[];
}

export interface CriticalPath {
  /** In order of time, without gaps from the root's start to its end. */
  readonly stretches: readonly CriticalStretch[];
  /** Every span that the path leads through, also those without a stretch of their own. */
  readonly spans: ReadonlySet<number>;
}

// Starts are stored in whole milliseconds and durations are not, so that of two spans one after the other the
// first may seem to end a little after the second began.
const RESOLUTION_MS = 1;

/**
 * The chain of spans that the root's end waited for: making anything beside it faster ends the root no sooner.
 *
 * Method: from the end of a span backwards (Zhang et al. 2022, "CRISP: Critical Path Analysis of Large-Scale
 * Microservice Architectures"). Of its children the one that ended last is on the path; before its start the
 * one that ended last by then; and so on. What no such child covers is the span's own. Children are cut to their
 * parent's time, as of a call that was given up only the wait held up the caller, and the consumer of a message
 * is never waited for. The stretches neither overlap nor leave the root's time, and add up to its duration.
 */
export const findCriticalPath = (spans: readonly PathSpan[], root: number): CriticalPath => {
  const backwards: CriticalStretch[] = [];
  const seen = new Set<number>();
  const whole = spans[root];
  if (whole === undefined) return { stretches: [], spans: seen };
  // A span is entered once; it is left for a child, and taken up again where that child began.
  const open: Visit[] = [enter(spans, root, whole.fromMs, whole.toMs)];
  for (let visit = open.pop(); visit !== undefined; visit = open.pop()) {
    const { at, fromMs, toMs, waitedFor } = visit;
    seen.add(at);
    const place = waitedFor.findIndex((each) => each.toMs <= toMs + RESOLUTION_MS && each.fromMs < toMs);
    const child = waitedFor[place];
    if (child === undefined) {
      if (fromMs < toMs) backwards.push({ at, fromMs, toMs });
      continue;
    }
    const endMs = Math.min(child.toMs, toMs);
    if (endMs < toMs) backwards.push({ at, fromMs: endMs, toMs });
    open.push({ at, fromMs, toMs: child.fromMs, waitedFor: waitedFor.slice(place + 1) });
    open.push(enter(spans, child.at, child.fromMs, endMs));
  }
  return { stretches: backwards.reverse(), spans: seen };
};

interface Visit extends CriticalStretch {
  /** Its children within that time, the last to end first. */
  readonly waitedFor: readonly CriticalStretch[];
}

const enter = (spans: readonly PathSpan[], at: number, fromMs: number, toMs: number): Visit => ({
  at,
  fromMs,
  toMs,
  waitedFor: (spans[at]?.children ?? [])
    .flatMap((child): readonly CriticalStretch[] => {
      const span = spans[child];
      if (span === undefined || span.kind === 'consumer') return [];
      const cut = { at: child, fromMs: Math.max(span.fromMs, fromMs), toMs: Math.min(span.toMs, toMs) };
      return cut.fromMs < cut.toMs ? [cut] : [];
    })
    .toSorted((a, b) => b.toMs - a.toMs || a.fromMs - b.fromMs),
});
