/** Runs actions in order of virtual time; equal times in order of scheduling. */
export interface EventQueue {
  /** Epoch milliseconds of virtual time. */
  readonly nowMs: number;
  at(timeMs: number, action: () => void): void;
  /** Runs everything up to and including the time, which becomes now. */
  runUntil(timeMs: number): void;
}

interface Entry {
  readonly timeMs: number;
  readonly order: number;
  readonly action: () => void;
}

const isBefore = (a: Entry, b: Entry): boolean => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);

/** A binary heap. */
export const createEventQueue = (startMs: number): EventQueue => {
  const heap: Entry[] = [];
  let nowMs = startMs;
  let order = 0;

  const push = (entry: Entry): void => {
    let index = heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  };

  const pop = (): Entry => {
    const first = heap[0] as Entry;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
    return first;
  };

  return {
    get nowMs() {
      return nowMs;
    },
    at: (timeMs, action) => {
      order += 1;
      push({ timeMs: Math.max(timeMs, nowMs), order, action });
    },
    runUntil: (timeMs) => {
      while (heap.length > 0 && (heap[0] as Entry).timeMs <= timeMs) {
        const { timeMs: dueMs, action } = pop();
        nowMs = dueMs;
        action();
      }
      nowMs = Math.max(nowMs, timeMs);
    },
  };
};
