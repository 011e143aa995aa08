import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseMoment, type KeptMoment, type MomentRequest } from '#adapters/slack/choose-moment.ts';

const REQUEST: MomentRequest = { key: 'a', rank: 2, nowMs: 10_000, freeMs: 0, spacingMs: 1000 };
const kept = (key: string, dueMs: number, rank = 2): KeptMoment => ({ key, dueMs, rank });

describe('the moment of a write', () => {
  it('is now where nobody waits, and when the channel is free again where it is not', () => {
    expect(chooseMoment(REQUEST, [])).toBe(10_000);
    expect(chooseMoment({ ...REQUEST, freeMs: 10_700 }, [])).toBe(10_700);
  });

  it('is the first that none as urgent has', () => {
    expect(chooseMoment(REQUEST, [kept('b', 10_000), kept('c', 11_000), kept('d', 13_000)])).toBe(12_000);
    expect(chooseMoment(REQUEST, [kept('b', 10_500), kept('c', 12_400)])).toBe(13_400);
  });

  it('is taken from the less urgent, and from them alone', () => {
    expect(chooseMoment(REQUEST, [kept('b', 10_000, 3), kept('c', 11_000, 4)])).toBe(10_000);
    expect(chooseMoment(REQUEST, [kept('b', 10_000, 3), kept('c', 10_000, 1)])).toBe(11_000);
  });

  it('stays what it was, until a more urgent one has it or the channel is not free by then', () => {
    const own = kept('a', 12_000);
    expect(chooseMoment(REQUEST, [own, kept('b', 10_000), kept('c', 11_000)])).toBe(12_000);
    expect(chooseMoment(REQUEST, [own, kept('b', 10_000), kept('c', 11_000), kept('d', 12_500, 1)])).toBe(13_500);
    expect(chooseMoment({ ...REQUEST, freeMs: 15_000 }, [own, kept('b', 15_000)])).toBe(16_000);
  });

  it('is earlier than it was once there is room', () => {
    expect(chooseMoment(REQUEST, [kept('a', 14_000), kept('b', 10_000)])).toBe(11_000);
  });

  it('does not wait for an equal that is late, but does for a more urgent one, and newcomers for both', () => {
    const own = kept('a', 10_000);
    expect(chooseMoment(REQUEST, [own, kept('b', 9000)])).toBe(10_000);
    expect(chooseMoment(REQUEST, [own, kept('b', 9000, 1)])).toBe(11_000);
    expect(chooseMoment(REQUEST, [kept('b', 9000)])).toBe(11_000);
  });

  it('is one for each of those that come to wait, a pace apart, by rank and then in turn', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 60 }), fc.nat(5000), (ranks, freeMs) => {
        const inOrder = ranks.toSorted((a, b) => a - b);
        const waiting: KeptMoment[] = [];
        for (const [index, rank] of inOrder.entries()) {
          const key = String(index);
          const request = { key, rank, nowMs: 10_000, freeMs: 10_000 + freeMs, spacingMs: 1000 };
          waiting.push({ key, rank, dueMs: chooseMoment(request, waiting) });
        }
        expect(waiting.map(({ dueMs }) => dueMs)).toEqual(waiting.map((_, index) => 10_000 + freeMs + index * 1000));
      }),
    );
  });
});
