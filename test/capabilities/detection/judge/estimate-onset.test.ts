import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateOnset } from '#capabilities/detection/judge/estimate-onset.ts';
import { CURRENT_SLOTS } from '#capabilities/detection/judge/slots.ts';

const PER_SECOND = 4;
const USUAL = 0.005;

/** Slots of a service whose failures began so many seconds ago. */
const slotsOf = (ageSeconds: number, rate: number): { bad: readonly number[]; rows: readonly number[] } => {
  const rows = CURRENT_SLOTS.map(({ youngestMs, oldestMs }) => ((oldestMs - youngestMs) / 1_000) * PER_SECOND);
  const bad = CURRENT_SLOTS.map(({ youngestMs, oldestMs }) => {
    const failing = Math.max(0, Math.min(oldestMs / 1_000, ageSeconds) - youngestMs / 1_000);
    const healthy = (oldestMs - youngestMs) / 1_000 - failing;
    return Math.round(PER_SECOND * (failing * rate + healthy * USUAL));
  });
  return { bad, rows };
};

describe('estimateOnset', () => {
  it.each([10, 45, 70, 100, 150, 200])('comes close to a fault that began %d s ago', (age) => {
    const { bad, rows } = slotsOf(age, 0.4);
    const { ageMs } = estimateOnset(bad, rows, USUAL);
    expect(Math.abs(ageMs / 1_000 - age)).toBeLessThanOrEqual(age < 30 ? 20 : 8);
  });

  it('orders a cascade by its onsets', () => {
    const ages = [60, 40, 20].map((age) => {
      const { bad, rows } = slotsOf(age, 0.5);
      return estimateOnset(bad, rows, USUAL).ageMs;
    });
    expect(ages).toEqual(ages.toSorted((a, b) => b - a));
  });

  it('is not drawn back by a single failure in an older slot', () => {
    expect(estimateOnset([40, 0, 0, 1, 0, 0], [100, 100, 100, 100, 200, 400], USUAL).ageMs).toBe(30_000);
  });

  it('says when it may have begun before anything it can see', () => {
    const { bad, rows } = slotsOf(900, 0.3);
    expect(estimateOnset(bad, rows, USUAL)).toEqual({ ageMs: 300_000, isWithinView: false });
    expect(estimateOnset([40, 0, 0, 0, 0, 0], [100, 100, 100, 100, 200, 400], USUAL).isWithinView).toBe(true);
  });

  it('stays within the five minutes that it looks at', () => {
    const slot = fc
      .integer({ min: 0, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(
        fc.array(slot, { minLength: 6, maxLength: 6 }),
        fc.double({ min: 1e-5, max: 0.9, noNaN: true }),
        (slots, p) => {
          const { ageMs } = estimateOnset(
            slots.map(([k]) => k),
            slots.map(([, n]) => n),
            p,
          );
          return ageMs >= 0 && ageMs <= 300_000;
        },
      ),
    );
  });
});
