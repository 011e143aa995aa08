import { describe, expect, test } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { detectChangePoint } from '#statistics/change-point.ts';
import { upperTailF } from '#statistics/f-distribution.ts';

const noise = (seed: number): (() => number) => {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
};

const series = (length: number, seed: number, at: (index: number, noise: number) => number): readonly number[] => {
  const next = noise(seed);
  return Array.from({ length }, (_, index) => at(index, next()));
};

describe('a series', () => {
  test.each([
    ['spike', 30, (at: number, e: number) => 100 + e + (at === 30 ? 40 : 0)],
    ['dip', 12, (at: number, e: number) => 100 + e - (at === 12 ? 40 : 0)],
    ['step_change', 25, (at: number, e: number) => 100 + e + (at >= 25 ? 10 : 0)],
    ['trend_change', 40, (at: number, e: number) => 10 + e + (at >= 40 ? 2 * (at - 40) : 0)],
    ['distribution_change', 100, (at: number, e: number) => 50 + e * (at >= 100 ? 8 : 0.5)],
  ] as const)('with a %s tells it and its place', (kind, index, write) => {
    const found = detectChangePoint(series(kind === 'distribution_change' ? 200 : 60, 7, write));
    expect(found?.kind).toBe(kind);
    expect(Math.abs((found?.index ?? 0) - index)).toBeLessThanOrEqual(kind === 'distribution_change' ? 25 : 1);
    expect(found?.pValue).toBeLessThan(0.01);
  });

  test('that is constant, straight, or too short has none', () => {
    expect(detectChangePoint(Array.from({ length: 50 }, () => 3))).toBeNull();
    expect(detectChangePoint(Array.from({ length: 21 }, (_, at) => (at === 10 ? 1000 : 1)))).toBeNull();
    expect(detectChangePoint(series(60, 3, (at, e) => 5 * at + e))).toBeNull();
  });

  test('of noise alone seldom has one', () => {
    const found = Array.from({ length: 200 }, (_, seed) => detectChangePoint(series(80, seed, (_at, e) => e)));
    expect(found.filter((change) => change !== null).length).toBeLessThanOrEqual(8);
  });
});

test('the tail of F is that of tables', () => {
  expect(upperTailF(4.9646, 1, 10)).toBeCloseTo(0.05, 5);
  expect(upperTailF(5.8491, 4, 20)).toBeCloseTo(0.0027, 3);
  expect(upperTailF(2.8661, 4, 20)).toBeCloseTo(0.05, 5);
});
