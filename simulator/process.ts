import type { EventQueue } from './event-queue.ts';
import type { Pool } from './pool.ts';

export type Effect =
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'acquire'; readonly pool: Pool; readonly limitMs: number }
  | { readonly kind: 'call'; readonly process: Process<unknown>; readonly limitMs: number };

/** A course of events in virtual time: it yields what it waits for and goes on with the answer. */
export type Process<T> = Generator<Effect, T, unknown>;

export type CallResult<T> = { readonly kind: 'answered'; readonly value: T } | { readonly kind: 'timed-out' };

export function* wait(ms: number): Process<void> {
  yield { kind: 'wait', ms };
}

export function* acquire(pool: Pool, limitMs: number): Process<boolean> {
  return (yield { kind: 'acquire', pool, limitMs }) as boolean;
}

/** The callee goes on to its end even if its caller stops waiting, as real ones do. */
export function* call<T>(process: Process<T>, limitMs: number): Process<CallResult<T>> {
  return (yield { kind: 'call', process, limitMs }) as CallResult<T>;
}

export const runProcess = <T>(events: EventQueue, process: Process<T>, then: (value: T) => void): void => {
  const step = (answer: unknown): void => {
    const next = process.next(answer);
    if (next.done === true) {
      then(next.value);
      return;
    }
    const effect = next.value;
    switch (effect.kind) {
      case 'wait':
        events.at(events.nowMs + effect.ms, () => step(undefined));
        return;
      case 'acquire':
        effect.pool.acquire(effect.limitMs, step);
        return;
      case 'call': {
        let isOver = false;
        const settle = (result: CallResult<unknown>): void => {
          if (isOver) return;
          isOver = true;
          step(result);
        };
        events.at(events.nowMs + effect.limitMs, () => settle({ kind: 'timed-out' }));
        runProcess(events, effect.process, (value) => settle({ kind: 'answered', value }));
      }
    }
  };
  step(undefined);
};
