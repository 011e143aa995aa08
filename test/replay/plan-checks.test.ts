import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { createCoverage } from '#replay/coverage.ts';
import { type CheckTimes, planChecks } from '#replay/plan-checks.ts';

const START = Date.parse('2026-11-20T16:00:00Z');
const STEP: CheckTimes = { stepMs: 30 * SECOND_MS, lagMs: 12 * SECOND_MS, fromMs: null, toMs: null };

const coverageOf = (timesMs: readonly number[]) => {
  const coverage = createCoverage();
  for (const ms of timesMs) coverage.add({ timestampMs: START + ms, service: 'a', isRequest: true });
  return coverage;
};

const planOf = (timesMs: readonly number[], times: Partial<CheckTimes> = {}) =>
  planChecks(coverageOf(timesMs), { ...STEP, ...times });

describe('checks', () => {
  it('begin once the first line can be seen and end once the last one was', () => {
    expect(planOf([0, 5 * MINUTE_MS]).checks.map((at) => at - START)).toEqual(
      Array.from({ length: 11 }, (_, index) => (index + 1) * 30 * SECOND_MS),
    );
  });

  it('see every line, are multiples of the step and come in order, whatever the times are', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * DAY_MS }), { minLength: 1, maxLength: 30 }), (timesMs) => {
        const { checks } = planOf(timesMs);
        for (const [index, at] of checks.entries()) {
          expect(at % STEP.stepMs).toBe(0);
          if (index > 0) expect(at).toBeGreaterThan(checks[index - 1] ?? 0);
        }
        for (const ms of timesMs) {
          const seen = checks.find((at) => at - STEP.lagMs > START + ms) ?? Infinity;
          expect(seen - (START + ms)).toBeLessThanOrEqual(STEP.stepMs + STEP.lagMs);
        }
      }),
    );
  });

  it('leave out what is beyond 70 minutes of a pause, which is told', () => {
    const { checks, pauses } = planOf([0, 10 * DAY_MS]);
    expect(pauses).toEqual([{ fromMs: START + MINUTE_MS, toMs: START + 10 * DAY_MS }]);
    expect(checks.length).toBeLessThan(150);
    expect(planOf([0, HOUR_MS]).checks).toHaveLength(121);
  });

  it('stay within --from and --to', () => {
    const { checks } = planOf([0, HOUR_MS], { fromMs: START + 10 * MINUTE_MS, toMs: START + 11 * MINUTE_MS });
    expect(checks.map((at) => at - START)).toEqual([600_000, 630_000, 660_000]);
  });

  it('are too many for a file of years', () => {
    const hourly = Array.from({ length: 40 * 24 }, (_, hour) => hour * HOUR_MS);
    expect(planOf(hourly).isTooLong).toBe(true);
    expect(planOf([]).checks).toEqual([]);
  });
});

describe('coverage', () => {
  it('counts lines that are over a minute older than one before them', () => {
    const { late, rows } = coverageOf([0, 5 * MINUTE_MS, 4.5 * MINUTE_MS, 0]);
    expect({ late, rows }).toEqual({ late: { rows: 1, mostMs: 5 * MINUTE_MS }, rows: 4 });
  });
});
