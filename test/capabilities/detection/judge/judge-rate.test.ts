import { describe, expect, it } from 'vitest';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import type { Sample } from '#capabilities/detection/judge/fit-baseline.ts';
import { judgeErrorRate, judgeLatency, type RateJudgement } from '#capabilities/detection/judge/judge-rate.ts';
import type { ScoredWindow } from '#capabilities/detection/judge/page-rules.ts';
import { selectBaseline } from '#capabilities/detection/judge/service-baseline.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import {
  AT,
  BASELINE_A,
  equalBuckets,
  fill,
  NO_KIND_MEMORY,
  requestCounts,
  UNGUARDED,
} from '../support/service-ticks.ts';

const SETTINGS = DEFAULT_DETECTION_SETTINGS;

const judge = (counts: ServiceCounts): RateJudgement =>
  judgeErrorRate(counts, selectBaseline(counts, UNGUARDED, AT), NO_KIND_MEMORY, SETTINGS);

const judgeSlow = (counts: ServiceCounts): RateJudgement | null =>
  judgeLatency(counts, selectBaseline(counts, UNGUARDED, AT), NO_KIND_MEMORY, SETTINGS);

/** Slots that add up to the given windows; the half minutes are the last argument. */
const windows = (w1: Sample, w3: Sample, w5: Sample, halves: readonly Sample[]): readonly Sample[] => {
  const sum = halves.reduce((a, b) => ({ k: a.k + b.k, n: a.n + b.n }));
  const [h0, h1] = halves as readonly [Sample, Sample];
  expect({ k: h0.k + h1.k, n: h0.n + h1.n }).toEqual(w1);
  return [...halves, { k: w3.k - sum.k, n: w3.n - sum.n }, { k: w5.k - w3.k, n: w5.n - w3.n }];
};

const halves = (n: number, ...ks: readonly number[]): readonly Sample[] => ks.map((k) => ({ k, n }));

describe('decisions on errors against baseline A', () => {
  it('pages on a spread rise to five percent', () => {
    const now = windows({ k: 10, n: 200 }, { k: 30, n: 600 }, { k: 34, n: 1_000 }, halves(100, 5, 5, 5, 5));
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement.score.toFixed(6)).toBe('8.622612');
    expect(judgement).toMatchObject({ isPaging: true, severity: 'P1', heldBy: null, isLargeEnough: true });
  });

  it('holds one burst back and says why', () => {
    const now = windows({ k: 0, n: 200 }, { k: 24, n: 600 }, { k: 25, n: 1_000 }, halves(100, 0, 0, 0, 24));
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement.score.toFixed(6)).toBe('7.170022');
    expect(judgement).toMatchObject({ isPaging: false, severity: 'P3', heldBy: 'one burst, not spread over time' });
  });

  it('leaves a healthy wobble alone', () => {
    const now = windows({ k: 2, n: 200 }, { k: 6, n: 600 }, { k: 9, n: 1_000 }, halves(100, 1, 1, 1, 1));
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement.score.toFixed(6)).toBe('1.436846');
    expect(judgement).toMatchObject({ isPaging: false, severity: null, heldBy: null });
  });

  it('pages a gross fault at its first half minute', () => {
    const now = windows({ k: 24, n: 200 }, { k: 26, n: 600 }, { k: 28, n: 1_000 }, halves(100, 24, 0, 1, 0));
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement.score).toBe(10);
    expect(judgement).toMatchObject({ isPaging: true, severity: 'P1', isFailingNow: true });
  });

  const firstHalfMinute = windows({ k: 18, n: 200 }, { k: 19, n: 600 }, { k: 21, n: 1_000 }, halves(100, 18, 0, 1, 0));

  it('pages when the newest half minute is gross, though its minute is not', () => {
    const judgement = judge(requestCounts({ now: firstHalfMinute, before: BASELINE_A }));
    expect(judgement).toMatchObject({ isPaging: true, isGross: true, heldBy: null });
    const older = windows({ k: 18, n: 200 }, { k: 19, n: 600 }, { k: 21, n: 1_000 }, halves(100, 0, 18, 1, 0));
    expect(judge(requestCounts({ now: older, before: BASELINE_A }))).toMatchObject({ isPaging: false, isGross: false });
  });

  it('holds that half minute back where its minute repeats each hour, or the service is new', () => {
    const counts = requestCounts({ now: firstHalfMinute, before: BASELINE_A });
    const isRepeated = ({ window }: ScoredWindow): boolean => window.minutes === 1;
    const baseline = selectBaseline(counts, UNGUARDED, AT);
    expect(judgeErrorRate(counts, baseline, NO_KIND_MEMORY, SETTINGS, isRepeated)).toMatchObject({ isPaging: false });
    const young = requestCounts({ now: firstHalfMinute, before: BASELINE_A.slice(0, 4) });
    expect(judge(young)).toMatchObject({ isPaging: false, isLearning: true });
  });

  it('holds back a change that is certain but small', () => {
    const now = windows(
      { k: 340, n: 20_000 },
      { k: 1_020, n: 60_000 },
      { k: 1_700, n: 100_000 },
      halves(10_000, 170, 170, 170, 170),
    );
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement.score).toBe(10);
    expect(judgement).toMatchObject({
      isPaging: false,
      severity: 'P3',
      heldBy: 'the change is small',
      isLargeEnough: false,
    });
  });

  it('wakes nobody for two bad requests, however unusual', () => {
    const now = halves(3, 1, 1, 0, 0);
    const judgement = judge(requestCounts({ now, before: equalBuckets(0, 40_000) }));
    expect(judgement.score).toBeGreaterThan(3.5);
    expect(judgement).toMatchObject({ isPaging: false, severity: 'P3' });
    expect(judgement.heldBy).toContain('one or two wake nobody');
  });

  it('takes the floors and lines from the settings', () => {
    const now = windows({ k: 10, n: 200 }, { k: 30, n: 600 }, { k: 34, n: 1_000 }, halves(100, 5, 5, 5, 5));
    const counts = requestCounts({ now, before: BASELINE_A });
    const baseline = selectBaseline(counts, UNGUARDED, AT);
    const strict = { ...SETTINGS, sizeFloors: { ...SETTINGS.sizeFloors, errorPoints: 6 } };
    expect(judgeErrorRate(counts, baseline, NO_KIND_MEMORY, strict)).toMatchObject({ isPaging: false, severity: 'P3' });
    const lines = { ...SETTINGS, severityLines: { P1: 9.5, P2: 9, P3: 8.5, P4: 2 } };
    expect(judgeErrorRate(counts, baseline, NO_KIND_MEMORY, lines)).toMatchObject({
      isPaging: false,
      severity: 'P3',
      heldBy: null,
    });
  });
});

describe('faults of the reference implementation', () => {
  it('takes a surge of traffic at the usual rate for health: it is a rate, not a count', () => {
    const now = halves(400, 2, 2, 2, 2);
    const judgement = judge(requestCounts({ now, before: BASELINE_A }));
    expect(judgement).toMatchObject({ score: 0, severity: null });
  });

  it('flags a service with zero variance', () => {
    const judgement = judge(requestCounts({ now: halves(100, 20, 20, 20, 20), before: equalBuckets(5, 1_000) }));
    expect(judgement).toMatchObject({ isPaging: true, severity: 'P1' });
  });

  it('flags a service that never erred before', () => {
    const judgement = judge(requestCounts({ now: halves(100, 10, 10, 10, 10), before: equalBuckets(0, 1_000) }));
    expect(judgement).toMatchObject({ isPaging: true, severity: 'P1' });
  });

  it('scores the latency of a service whose buckets are empty now and then', () => {
    const before = equalBuckets(0, 600).map((sample, bucket) => (bucket % 4 === 3 ? { k: 0, n: 0 } : sample));
    const mid = fill(
      [0, 0, 0, 0, 0, 0],
      before.map(({ n }) => n / 3),
    );
    expect(judgeSlow(requestCounts({ now: halves(60, 0, 0, 0, 0), before, mid }))).toMatchObject({ severity: null });
    expect(judgeSlow(requestCounts({ now: [], before, mid }))).toMatchObject({
      score: 0,
      severity: null,
      calm: 'no-data',
    });
  });

  it('does not look downwards: fewer errors than usual are no anomaly', () => {
    expect(judge(requestCounts({ now: halves(1_000, 0, 0, 0, 0), before: equalBuckets(100, 1_000) }))).toMatchObject({
      score: 0,
      severity: null,
    });
  });
});

describe('a new service', () => {
  const threeBuckets = [...equalBuckets(0, 100, 3), ...equalBuckets(0, 0, 9)];

  it('pages on a gross and lasting fault while it is learnt', () => {
    const judgement = judge(requestCounts({ now: halves(25, 9, 9, 8, 9), before: threeBuckets }));
    expect(judgement).toMatchObject({ isPaging: true, isLearning: true });
  });

  it('holds a moderate change back while it is learnt', () => {
    const judgement = judge(requestCounts({ now: halves(200, 16, 16, 16, 16), before: threeBuckets }));
    expect(judgement.score).toBeGreaterThan(3.5);
    expect(judgement).toMatchObject({ isPaging: false, isLearning: true, severity: 'P3' });
    expect(judgement.heldBy).toContain('learning');
  });

  it('is not paged by the fast path while it is learnt', () => {
    const judgement = judge(requestCounts({ now: halves(50, 40, 0, 0, 0), before: threeBuckets }));
    expect(judgement).toMatchObject({ isPaging: false, severity: 'P3' });
  });

  it('that was never seen before is scored by the prior', () => {
    const judgement = judge(requestCounts({ now: [{ k: 8, n: 60 }], before: equalBuckets(0, 0) }));
    expect(judgement.score.toFixed(6)).toBe('2.240611');
    expect(judgement).toMatchObject({ isLearning: true, severity: 'P4' });
  });

  it('has no latency to judge before six buckets and sixty requests', () => {
    const fiveBuckets = [...equalBuckets(0, 1_000, 5), ...equalBuckets(0, 0, 7)];
    expect(judgeSlow(requestCounts({ now: halves(100, 0, 0, 0, 0), before: fiveBuckets }))).toBeNull();
    expect(judgeSlow(requestCounts({ now: halves(1, 0, 0, 0, 0), before: equalBuckets(0, 4) }))).toBeNull();
    expect(judgeSlow(requestCounts({ now: halves(1, 0, 0, 0, 0), before: equalBuckets(0, 5) }))).not.toBeNull();
  });
});

describe('a service that is known for an hour', () => {
  it('is not new because telemetry was away for twenty minutes of it', () => {
    const before = equalBuckets(4, 2_000).map((sample, bucket) =>
      bucket >= 2 && bucket < 6 ? { k: 0, n: 0 } : sample,
    );
    const judgement = judge(requestCounts({ now: halves(200, 10, 10, 10, 10), before }));
    expect(judgement).toMatchObject({ isPaging: true, isLearning: false, severity: 'P1' });
  });
});

describe('latency', () => {
  const before = equalBuckets(0, 1_000);
  const now = halves(100, 0, 0, 0, 0);
  const usualMid = before.map(() => 330);
  const usualTail = before.map(() => 8);

  it('pages when most requests are slower than usual, on the scale of the severity lines', () => {
    const mid = fill([80, 80, 80, 80], usualMid);
    const judgement = judgeSlow(requestCounts({ now, before, mid, tail: fill([2, 2, 2, 2], usualTail) }));
    expect(judgement).toMatchObject({ isPaging: true, severity: 'P1' });
    expect(judgement?.fit.kind).toBe('mid');
    expect(judgement?.score).toBeLessThanOrEqual((10 * 14) / 17);
  });

  it('pages when only the slowest got much slower', () => {
    const slow = { mid: fill([35, 35, 35, 35], usualMid), tail: fill([9, 9, 9, 9], usualTail) };
    const judgement = judgeSlow(
      requestCounts({
        now,
        before,
        ...slow,
        far: fill(
          [6, 6, 6, 6],
          before.map(() => 2),
        ),
      }),
    );
    expect(judgement).toMatchObject({ isPaging: true });
    expect(judgement?.fit.kind).toBe('tail');
  });

  it('holds back a tail that grew longer without reaching 1.5 × the usual p99', () => {
    const slow = { mid: fill([35, 35, 35, 35], usualMid), tail: fill([9, 9, 9, 9], usualTail) };
    const judgement = judgeSlow(requestCounts({ now, before, ...slow }));
    expect(judgement).toMatchObject({ isPaging: false, severity: 'P3', heldBy: 'the slowdown is small' });
  });

  it('pages one gross half minute of slow requests at once', () => {
    const mid = fill([96, 30, 30, 30], usualMid);
    const judgement = judgeSlow(requestCounts({ now: halves(100, 0, 0, 0, 0), before, mid }));
    expect(judgement).toMatchObject({ isPaging: true, heldBy: null });
    expect(judgement?.fit.kind).toBe('mid');
  });

  it('holds back one slow half minute that is not gross', () => {
    const mid = fill([80, 35, 30, 30], usualMid);
    const judgement = judgeSlow(requestCounts({ now: halves(100, 0, 0, 0, 0), before, mid }));
    expect(judgement?.score).toBeGreaterThan(3.5);
    expect(judgement).toMatchObject({
      isPaging: false,
      severity: 'P3',
      heldBy: 'one burst, not spread over time',
    });
  });

  it('holds back a burst of the slowest, however slow they were', () => {
    const tail = fill([12, 1, 0, 1], usualTail);
    const judgement = judgeSlow(
      requestCounts({
        now: halves(100, 0, 0, 0, 0),
        before,
        mid: fill([33, 33, 33, 33], usualMid),
        tail,
        far: fill([12, 1, 0, 1], [0]),
      }),
    );
    expect(judgement?.score).toBeGreaterThan(3.5);
    expect(judgement).toMatchObject({ isPaging: false, heldBy: 'one burst, not spread over time' });
  });

  it('is large only where it is unusual as well', () => {
    const usuallySlow = before.map(() => 600);
    const mid = fill([60, 60, 60, 60], usuallySlow);
    const judgement = judgeSlow(requestCounts({ now: halves(100, 0, 0, 0, 0), before, mid }));
    expect(judgement).toMatchObject({ isPaging: false, severity: null, isLargeEnough: false });
  });

  it('expects a busy service to be a bit slower', () => {
    const busy = halves(300, 0, 0, 0, 0);
    const mid = fill([190, 190, 190, 190], usualMid);
    const judgement = judgeSlow(requestCounts({ now: busy, before, mid }));
    expect(judgement).toMatchObject({ isPaging: false, severity: 'P3' });
    expect(judgement?.heldBy).toContain('traffic is up');
  });

  it('is not judged where the service logs no requests', () => {
    const counts = requestCounts({ now, before });
    const lines = { ...counts, slots: { ...counts.slots, requests: fill([], []), failed: fill([], []) } };
    expect(selectBaseline(lines, UNGUARDED, AT).unit).toBe('log lines');
    expect(judgeSlow(lines)).toBeNull();
  });
});

describe('a service that logs no requests', () => {
  it('is judged by its lines of bad levels', () => {
    const counts = requestCounts({ now: halves(100, 30, 30, 30, 30), before: equalBuckets(2, 1_000) });
    const lines = { ...counts, slots: { ...counts.slots, requests: fill([], []), failed: fill([], []) } };
    expect(judge(lines)).toMatchObject({ isPaging: true, severity: 'P1', k: 120, n: 400 });
  });
});
