import type { Counts, ServiceCounts, UsualLatency } from '#capabilities/detection/index.ts';
import type { HalfMinute } from './traffic.ts';

/** Half minutes in each slot that a tick looks at: h0..h3, m3, m5, b0..b11. */
const SLOT_HALVES = [1, 1, 1, 1, 2, 4, ...Array.from({ length: 12 }, () => 10)];
const KEPT = SLOT_HALVES.reduce((sum, halves) => sum + halves, 0);
const BUCKET_HALVES = 10;
const BUCKETS = 12;
const THRESHOLDS_EVERY = 10;
const MID_TIMES = 1.25;
const TAIL_TIMES = 1.2;
const FAR_TIMES = 1.5;

/** The last five minutes, as a rule sees them that knows nothing else. */
export interface FiveMinutes {
  readonly requests: number;
  readonly failed: number;
  /** Null without a request. */
  readonly p99Ms: number | null;
}

interface Held {
  readonly half: HalfMinute;
  mid: number;
  tail: number;
  far: number;
}

const NONE: HalfMinute = { failed: 0, durationsMs: new Float64Array() };

/** How many of ascending values are greater. */
const countAbove = (values: Float64Array, line: number): number => {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) > line) high = middle;
    else low = middle + 1;
  }
  return values.length - low;
};

/** The value that `rank` others are greater than, over several ascending lists. */
const fromTop = (lists: readonly Float64Array[], rank: number): number => {
  const tops = lists.map((list) => list.length - 1);
  for (let taken = 0; ; taken += 1) {
    let greatest = Number.NEGATIVE_INFINITY;
    let from = 0;
    for (let list = 0; list < lists.length; list += 1) {
      const top = lists[list]?.[tops[list] ?? -1];
      if (top === undefined || top <= greatest) continue;
      greatest = top;
      from = list;
    }
    if (taken === rank) return greatest;
    tops[from] = (tops[from] ?? 0) - 1;
  }
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};

/** Keeps 65 minutes of one service and counts them against thresholds that are renewed every five minutes. */
export const createServiceWindow = (service: string) => {
  const held: Held[] = [];
  /** Of the five minutes that ended with each of the last ticks, newest first. */
  const fives: FiveMinutes[] = [];
  const medians: (number | null)[] = [];
  let usual: UsualLatency | null = null;
  let lastSeenAt: Date | null = null;
  let ticks = 0;

  const count = (each: Held): void => {
    if (!usual) return;
    each.mid = countAbove(each.half.durationsMs, MID_TIMES * usual.p50Ms);
    each.tail = countAbove(each.half.durationsMs, TAIL_TIMES * usual.p99Ms);
    each.far = countAbove(each.half.durationsMs, FAR_TIMES * usual.p99Ms);
  };

  const renewThresholds = (frozen: UsualLatency | null | undefined): void => {
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => (bucket + 1) * BUCKET_HALVES);
    const p50s = buckets.flatMap((at) => medians[at] ?? []);
    const p99s = buckets.flatMap((at) => fives[at]?.p99Ms ?? []);
    usual = frozen ?? (p50s.length > 0 ? { p50Ms: median(p50s), p99Ms: median(p99s) } : null);
    for (const each of held) count(each);
  };

  return {
    /** Takes in the next half minute. `frozen` are thresholds that an incident holds. */
    pass(half: HalfMinute | null, at: Date, frozen?: UsualLatency | null): void {
      const next: Held = { half: half ?? NONE, mid: 0, tail: 0, far: 0 };
      count(next);
      held.unshift(next);
      if (held.length > KEPT) held.pop();
      if (next.half.durationsMs.length > 0) lastSeenAt = new Date(at.getTime() - 1);
      const newest = held.slice(0, BUCKET_HALVES).map((each) => each.half);
      const lists = newest.map(({ durationsMs }) => durationsMs);
      const requests = lists.reduce((sum, list) => sum + list.length, 0);
      fives.unshift({
        requests,
        failed: newest.reduce((sum, { failed }) => sum + failed, 0),
        p99Ms: requests > 0 ? fromTop(lists, Math.floor(requests * 0.01)) : null,
      });
      // Medians are needed at the ends of buckets only, which all lie at the same tick of ten.
      const isDue = ticks % THRESHOLDS_EVERY === 0;
      medians.unshift(isDue && requests > 0 ? mergeMedian(lists, requests) : null);
      if (fives.length > KEPT + 1) {
        fives.pop();
        medians.pop();
      }
      if (isDue) renewThresholds(frozen);
      ticks += 1;
    },

    usualLatency: (): UsualLatency | null => usual,

    counts(): ServiceCounts {
      const zeros = (): number[] => SLOT_HALVES.map(() => 0);
      const [requests, failed, mid, tail, far] = [zeros(), zeros(), zeros(), zeros(), zeros()] as const;
      let at = 0;
      for (let slot = 0; slot < SLOT_HALVES.length; slot += 1) {
        for (const end = at + (SLOT_HALVES[slot] ?? 0); at < end; at += 1) {
          const each = held[at];
          if (!each) continue;
          requests[slot] = (requests[slot] ?? 0) + each.half.durationsMs.length;
          failed[slot] = (failed[slot] ?? 0) + each.half.failed;
          mid[slot] = (mid[slot] ?? 0) + each.mid;
          tail[slot] = (tail[slot] ?? 0) + each.tail;
          far[slot] = (far[slot] ?? 0) + each.far;
        }
      }
      const slots: Counts = { lines: requests, errorLines: failed, requests, failed, mid, tail, far };
      return { service, slots, lastSeenAt };
    },

    /** The last five minutes, and the twelve buckets before them, newest first. */
    fiveMinutes: (): { readonly now: FiveMinutes | undefined; readonly before: readonly FiveMinutes[] } => ({
      now: fives[0],
      before: Array.from({ length: BUCKETS }, (_, bucket) => fives[(bucket + 1) * BUCKET_HALVES]).flatMap(
        (each) => each ?? [],
      ),
    }),
  };
};

const mergeMedian = (lists: readonly Float64Array[], requests: number): number => {
  const all = new Float64Array(requests);
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort();
  return all[requests >>> 1] ?? 0;
};
