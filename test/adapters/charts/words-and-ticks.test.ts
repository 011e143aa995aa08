import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeTicks, valueAxis } from '#adapters/charts/axis-ticks.ts';
import { describeBand, describeTick, describeValue } from '#adapters/charts/chart-words.ts';

describe('the value axis', () => {
  it('has three ticks from 0 that all lie below its top, whatever the values', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (highest) => {
        const { ticks, max } = valueAxis(highest);
        expect(ticks).toHaveLength(3);
        expect(ticks[0]).toBe(0);
        expect(ticks[2]).toBeLessThan(max);
        expect(max).toBeGreaterThan(highest);
      }),
    );
  });

  it('chooses round numbers', () => {
    expect(valueAxis(38.2).ticks).toEqual([0, 20, 40]);
    expect(valueAxis(0.9).ticks).toEqual([0, 0.5, 1]);
  });
});

describe('the time axis', () => {
  it('ends at the end of the window, with at most five ticks that do not touch', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 180 }), fc.integer({ min: 0, max: 1440 }), (minutes, start) => {
        const from = start * 60_000;
        const to = from + minutes * 60_000;
        const ticks = timeTicks(from, to);
        expect(ticks.at(-1)).toBe(to);
        expect(ticks.length).toBeLessThanOrEqual(5);
        for (const [index, tick] of ticks.entries()) {
          if (index > 0) expect(tick - (ticks[index - 1] ?? 0)).toBeGreaterThan((to - from) * 0.1);
        }
      }),
    );
  });
});

describe('chart words', () => {
  it.each([
    [38.24, 'percent', '38.2 %'],
    [0.3, 'percent', '0.3 %'],
    [0, 'percent', '0 %'],
    [210.4, 'milliseconds', '210 ms'],
    [4912, 'milliseconds', '4.9 s'],
  ] as const)('%d in %s is told as %s', (value, unit, words) => {
    expect(describeValue(value, unit)).toBe(words);
  });

  it('names a unit once where it can', () => {
    expect(describeBand(0, 0.9, 'percent')).toBe('expected 0 to 0.9 %');
    expect(describeBand(800, 1200, 'milliseconds')).toBe('expected 800 ms to 1.2 s');
    expect(describeTick(2500, 'milliseconds', 5000)).toBe('2.5 s');
  });
});
