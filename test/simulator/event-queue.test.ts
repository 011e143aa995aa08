import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEventQueue } from '../../simulator/event-queue.ts';
import { createPool } from '../../simulator/pool.ts';

describe('the event queue', () => {
  it('runs actions by time, and those of one time in the order of scheduling', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const events = createEventQueue(0);
        const seen: { time: number; index: number }[] = [];
        for (const [index, time] of times.entries()) events.at(time, () => seen.push({ time, index }));
        events.runUntil(20);
        expect(seen).toEqual(
          times.map((time, index) => ({ time, index })).toSorted((a, b) => a.time - b.time || a.index - b.index),
        );
      }),
    );
  });

  it('leaves what is due later for later', () => {
    const events = createEventQueue(0);
    const seen: number[] = [];
    events.at(5, () => events.at(15, () => seen.push(events.nowMs)));
    events.runUntil(10);
    expect(seen).toEqual([]);
    events.runUntil(15);
    expect(seen).toEqual([15]);
  });
});

describe('a pool', () => {
  it('serves in order, and sends away who waited too long', () => {
    const events = createEventQueue(0);
    const pool = createPool(events, 'connections', 1);
    const said: string[] = [];
    pool.acquire(100, (isAcquired) => said.push(`first ${isAcquired}`));
    pool.acquire(10, (isAcquired) => said.push(`second ${isAcquired} at ${events.nowMs}`));
    pool.acquire(100, (isAcquired) => said.push(`third ${isAcquired} at ${events.nowMs}`));
    expect(pool.waiting).toBe(2);
    events.at(20, () => pool.release());
    events.runUntil(50);
    expect(said).toEqual(['first true', 'second false at 10', 'third true at 20']);
    pool.release();
    expect([pool.active, pool.waiting]).toEqual([0, 0]);
  });
});
