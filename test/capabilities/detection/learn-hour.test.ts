import { describe, expect, it } from 'vitest';
import { fitBaseline, NO_MEMORY, rememberSpread, type Sample } from '#capabilities/detection/judge/fit-baseline.ts';
import { minuteOf } from '#capabilities/detection/judge/hourly-pattern.ts';
import { learnHour } from '#capabilities/detection/learn-hour.ts';
import type { SlotRow } from '#capabilities/detection/read-counts.ts';
import { addMs, HOUR_MS } from '#kernel/duration.ts';
import { AT, equalBuckets } from './support/service-ticks.ts';

const NO_COUNTS = { lines: 0, errorLines: 0, requests: 0, failed: 0, mid: 0, tail: 0, far: 0 };

const requestsBySlot = (samples: readonly Sample[]): readonly SlotRow[] =>
  samples.map(({ k, n }, slot) => ({
    slot,
    seenAt: null,
    counts: { ...NO_COUNTS, lines: n, errorLines: k, requests: n, failed: k },
  }));

const ROUGH = [0, 12, 0, 1, 15, 0, 3, 0, 18, 2, 0, 9].map((k) => ({ k, n: 1_000 }));

describe('learnHour', () => {
  it('remembers the spread of an hour as the ticks of that hour would have', () => {
    const { memory } = learnHour(requestsBySlot(ROUGH), 5, AT, AT);
    const fit = fitBaseline('error', ROUGH);
    const asked = ROUGH.toReversed().reduce((all, bucket) => rememberSpread(all, bucket, fit), NO_MEMORY);
    expect(memory.error.squares).toBeCloseTo(asked.squares, 8);
    expect(memory.error.count).toBeCloseTo(asked.count, 8);
  });

  it('forgets by age', () => {
    const fresh = learnHour(requestsBySlot(ROUGH), 5, AT, AT).memory.error;
    const old = learnHour(requestsBySlot(ROUGH), 5, AT, addMs(AT, 24 * HOUR_MS)).memory.error;
    expect(old.squares / fresh.squares).toBeCloseTo(Math.exp(-1), 10);
    expect(old.count / fresh.count).toBeCloseTo(Math.exp(-1), 10);
  });

  it('learns little from an incident, and nothing where nothing was', () => {
    const hour = [...equalBuckets(5, 1_000, 10), { k: 300, n: 1_000 }, { k: 0, n: 0 }];
    const { memory, samples } = learnHour(requestsBySlot(hour), 5, AT, AT);
    expect(memory.error.count).toBeGreaterThan(10);
    expect(memory.error.count).toBeLessThan(11);
    // The cap of one bucket.
    expect(memory.error.squares).toBeLessThan(31);
    expect(samples).toEqual(hour.toReversed());
  });

  it('finds the minutes that were unusual, where minutes were counted', () => {
    const minutes = Array.from({ length: 60 }, (_, slot) => ({ k: slot === 20 || slot === 21 ? 12 : 1, n: 200 }));
    const { unusual } = learnHour(requestsBySlot(minutes), 1, AT, AT);
    const ofOneMinute = unusual.filter(({ window }) => window === 'error1');
    expect(ofOneMinute.map(({ minute }) => minuteOf(AT) - minute)).toEqual([21, 20]);
    expect(ofOneMinute[0]?.excess).toBeCloseTo(0.055, 2);
    expect(unusual.some(({ window }) => window === 'error3')).toBe(true);
    expect(learnHour(requestsBySlot(ROUGH), 5, AT, AT).unusual).toEqual([]);
  });

  it('counts log lines where no request was logged', () => {
    const rows: readonly SlotRow[] = [{ slot: 0, seenAt: null, counts: { ...NO_COUNTS, lines: 100, errorLines: 2 } }];
    expect(learnHour(rows, 5, AT, AT)).toMatchObject({
      samples: [...equalBuckets(0, 0, 11), { k: 2, n: 100 }],
      memory: { mid: NO_MEMORY, tail: NO_MEMORY },
    });
  });
});
