import { describe, expect, it } from 'vitest';
import { isUsuallySeen, judgeSilence, silenceScore } from '#capabilities/detection/judge/judge-silence.ts';
import { fill } from '../support/service-ticks.ts';

const twelve = (n: number): readonly number[] => Array.from({ length: 12 }, () => n);
const BURSTY = [0, 40, 0, 0, 40, 0, 0, 40, 0, 0, 40, 0];

describe('silenceScore', () => {
  it.each([
    [twelve(20), 5, '4.763001'],
    [twelve(20), 2, '3.036882'],
    [twelve(100), 2, '6.197521'],
    [twelve(5), 5, '2.272465'],
    [BURSTY, 5, '0.834702'],
  ] as const)('gives the vectors of the method', (buckets, minutes, z) => {
    expect(silenceScore(buckets, minutes).toFixed(6)).toBe(z);
  });
});

describe('judgeSilence', () => {
  const unlimited = Number.POSITIVE_INFINITY;

  it('asks for rows in eight of twelve buckets', () => {
    expect(isUsuallySeen(BURSTY)).toBe(false);
    expect(isUsuallySeen([...twelve(5).slice(0, 8), 0, 0, 0, 0])).toBe(true);
    expect(judgeSilence(fill([], BURSTY), BURSTY, true, unlimited).score).toBe(0);
  });

  it('sees a service that logged anything in the last two minutes', () => {
    expect(judgeSilence(fill([0, 0, 0, 1], twelve(100)), twelve(100), true, unlimited)).toEqual({
      score: 0,
      state: 'seen',
    });
  });

  it('takes the longest span without a row', () => {
    const short = judgeSilence(fill([0, 0, 0, 0, 5, 8], twelve(20)), twelve(20), true, unlimited);
    expect(short.score.toFixed(6)).toBe('3.036882');
    const longer = judgeSilence(fill([], twelve(20)), twelve(20), true, unlimited);
    expect(longer.score.toFixed(6)).toBe('4.763001');
  });

  it('reaches ten minutes back by leaving the empty bucket out of what was before', () => {
    const buckets = twelve(5).with(0, 0);
    const { score, state } = judgeSilence(fill([], buckets), buckets, true, unlimited);
    expect(state).toBe('silent');
    expect(score).toBeGreaterThan(3);
    expect(score).toBeCloseTo(silenceScore(twelve(5).slice(1), 10), 12);
  });

  it('counts only the time in which Sentinel could have seen something', () => {
    expect(judgeSilence(fill([], twelve(100)), twelve(100), true, 60_000)).toEqual({ score: 0, state: 'unknown' });
    const { score } = judgeSilence(fill([], twelve(100)), twelve(100), true, 2 * 60_000);
    expect(score.toFixed(6)).toBe('6.197521');
  });
});
