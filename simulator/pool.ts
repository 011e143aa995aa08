import type { EventQueue } from './event-queue.ts';

/** A limited resource with a queue: worker threads, database connections. */
export interface Pool<Name extends string = string> {
  readonly name: Name;
  readonly size: number;
  readonly active: number;
  readonly waiting: number;
  /** Calls back with whether it was had within the limit. */
  acquire(limitMs: number, tell: (isAcquired: boolean) => void): void;
  release(): void;
}

interface Waiter {
  isGone: boolean;
  readonly tell: (isAcquired: boolean) => void;
}

/** First come, first served; whoever waited longer than its limit goes away empty-handed. */
export const createPool = <Name extends string>(events: EventQueue, name: Name, size: number): Pool<Name> => {
  const queue: Waiter[] = [];
  let active = 0;
  let waiting = 0;
  return {
    name,
    size,
    get active() {
      return active;
    },
    get waiting() {
      return waiting;
    },
    acquire: (limitMs, tell) => {
      if (active < size) {
        active += 1;
        tell(true);
        return;
      }
      const waiter: Waiter = { isGone: false, tell };
      queue.push(waiter);
      waiting += 1;
      events.at(events.nowMs + limitMs, () => {
        if (waiter.isGone) return;
        waiter.isGone = true;
        waiting -= 1;
        tell(false);
      });
    },
    release: () => {
      for (;;) {
        const next = queue.shift();
        if (!next) {
          active -= 1;
          return;
        }
        if (next.isGone) continue;
        next.isGone = true;
        waiting -= 1;
        next.tell(true);
        return;
      }
    },
  };
};
