import { describe, expect, it } from 'vitest';
import { type ComparedPattern, compareWindows } from '#capabilities/patterns/compare-windows.ts';
import { seededRandom } from '#kernel/random.ts';
import { rateRatio } from '#statistics/rate-ratio.ts';

const WINDOW = 30;
const BASELINE = 1_440;

interface Simulated {
  /** Bursts a minute. */
  readonly rate: number;
  readonly burst: number;
  readonly factor: number;
  readonly isNew: boolean;
}

/** Lines by minute: bursts at random times, with a daily wave over the whole. */
const simulate = ({ rate, burst, factor, isNew }: Simulated, random: () => number): ComparedPattern => {
  const minutes = Array.from({ length: BASELINE + WINDOW }, (_, minute) => {
    const isWindow = minute >= BASELINE;
    const wave = 1 + 0.5 * Math.sin((2 * Math.PI * minute) / 1_440);
    const expected = rate * (isWindow ? factor : isNew ? 0 : wave);
    let bursts = 0;
    for (let chance = Math.exp(-expected), product = random(); product > chance; product *= random()) bursts += 1;
    return bursts * (1 + Math.floor(random() * burst));
  });
  const sum = (lines: readonly number[]): number => lines.reduce((total, count) => total + count, 0);
  const counts = (lines: readonly number[]) => ({
    lines: sum(lines),
    activeMinutes: lines.filter((count) => count > 0).length,
  });
  const before = minutes.slice(0, BASELINE);
  return {
    window: counts(minutes.slice(BASELINE)),
    baseline: counts(before),
    baselineParts: Array.from({ length: BASELINE / WINDOW }, (_, part) =>
      sum(before.slice(part * WINDOW, (part + 1) * WINDOW)),
    ),
    baselineMinutes: BASELINE,
    isCoarse: false,
  };
};

const steadyPatterns = (count: number, random: () => number): readonly ComparedPattern[] =>
  Array.from({ length: count }, () =>
    simulate(
      { rate: 10 ** (random() * 3.5 - 3), burst: 1 + Math.floor(random() * 10), factor: 1, isNew: false },
      random,
    ),
  );

const compare = (patterns: readonly ComparedPattern[]) => {
  const countOf = (side: 'window' | 'baseline'): number => patterns.reduce((sum, each) => sum + each[side].lines, 0);
  const window = { count: countOf('window'), duration: WINDOW };
  const growth = rateRatio(window, { count: countOf('baseline'), duration: BASELINE }, 1).ratio;
  return compareWindows(patterns, { windowMinutes: WINDOW, growth });
};

const isClaim = ({ change }: { readonly change: string }): boolean => change !== 'steady' && change !== 'first-seen';

describe('comparing a window with its baseline', () => {
  it('claims next to nothing where nothing changed: 20 runs of 300 bursty patterns with a daily wave', () => {
    const random = seededRandom(11);
    let claims = 0;
    for (let run = 0; run < 20; run += 1) claims += compare(steadyPatterns(300, random)).filter(isClaim).length;
    expect(claims).toBeLessThanOrEqual(6);
  });

  it('finds what is new, most of what surges five times, and what is gone, among 300 steady ones', () => {
    const random = seededRandom(12);
    let surging = 0;
    let fresh = 0;
    let gone = 0;
    let falseClaims = 0;
    for (let run = 0; run < 10; run += 1) {
      const changed = [
        ...Array.from({ length: 10 }, () => simulate({ rate: 0.3, burst: 2, factor: 5, isNew: false }, random)),
        ...Array.from({ length: 10 }, () => simulate({ rate: 0.4, burst: 1, factor: 1, isNew: true }, random)),
        ...Array.from({ length: 10 }, () => simulate({ rate: 1, burst: 2, factor: 0, isNew: false }, random)),
      ];
      const found = compare([...changed, ...steadyPatterns(300, random)]).map(({ change }) => change);
      surging += found.slice(0, 10).filter((change) => change === 'surging').length;
      fresh += found.slice(10, 20).filter((change) => change === 'new').length;
      gone += found.slice(20, 30).filter((change) => change === 'disappeared').length;
      falseClaims += found.slice(30).filter((change) => isClaim({ change })).length;
    }
    expect(surging).toBeGreaterThan(90);
    expect(fresh).toBeGreaterThan(90);
    expect(gone).toBeGreaterThan(90);
    expect(falseClaims).toBeLessThanOrEqual(15);
  });

  it('does not call a pattern surging that grew with all the others', () => {
    const grown = Array.from({ length: 5 }, () => ({
      window: { lines: 90, activeMinutes: 30 },
      baseline: { lines: 1_440, activeMinutes: 1_000 },
      baselineParts: Array.from({ length: 48 }, () => 30),
      baselineMinutes: BASELINE,
      isCoarse: false,
    }));
    for (const { ratio, ratioBeyondGrowth, excessLines } of compare(grown)) {
      expect(ratio.ratio).toBeGreaterThan(2);
      expect(ratioBeyondGrowth).toBeCloseTo(1, 1);
      expect(Math.abs(excessLines)).toBeLessThan(1);
    }
  });

  it('lists a new pattern of a single minute without claiming anything of it', () => {
    const minute: ComparedPattern = {
      window: { lines: 40, activeMinutes: 1 },
      baseline: { lines: 0, activeMinutes: 0 },
      baselineParts: [],
      baselineMinutes: BASELINE,
      isCoarse: false,
    };
    const [comparison] = compare([minute, ...steadyPatterns(20, seededRandom(3))]);
    expect(comparison?.change).toBe('first-seen');
  });

  it('claims nothing of lines that could not be told apart', () => {
    const [comparison] = compare([
      {
        window: { lines: 400, activeMinutes: 30 },
        baseline: { lines: 0, activeMinutes: 0 },
        baselineParts: [],
        baselineMinutes: BASELINE,
        isCoarse: true,
      },
    ]);
    expect(comparison?.change).toBe('steady');
  });
});
