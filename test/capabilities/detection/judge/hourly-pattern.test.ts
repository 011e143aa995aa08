import { describe, expect, it } from 'vitest';
import { advanceDetection } from '#capabilities/detection/advance-detection.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import { fitBaseline } from '#capabilities/detection/judge/fit-baseline.ts';
import { rememberUnusual, repeatsEachHour, type UnusualMinutes } from '#capabilities/detection/judge/hourly-pattern.ts';
import type { ScoredWindow } from '#capabilities/detection/judge/page-rules.ts';
import { W3 } from '#capabilities/detection/judge/slots.ts';
import { fromDocuments, tickDocument, toDocuments } from '#capabilities/detection/state-documents.ts';
import type { AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { AT, BASELINE_A, USUAL } from '../support/service-ticks.ts';
import { type Behaviour, simulatedService } from '../support/simulated-service.ts';

const FIT = fitBaseline('error', BASELINE_A);

/** Three minutes of 600 requests with so many failures. */
const scored = (k: number, rawScore = 8): ScoredWindow => ({
  window: W3,
  fit: FIT,
  k,
  n: 600,
  rawScore,
  score: rawScore,
  farShare: 0,
  isRepeated: false,
  badBySlot: [],
  rowsBySlot: [],
});

const minutesAgo = (minutes: number): Date => addMs(AT, -minutes * MINUTE_MS);

const seenAt = (...entries: readonly (readonly [minutes: number, k: number])[]): UnusualMinutes =>
  entries
    .toSorted(([a], [b]) => b - a)
    .reduce<UnusualMinutes>((ring, [minutes, k]) => rememberUnusual(ring, [scored(k)], minutesAgo(minutes)), []);

describe('a window repeats each hour', () => {
  it.each([
    ['in the same minute of two hours before', [60, 30], [120, 30], true],
    ['a minute early and a minute late', [61, 30], [119, 30], true],
    ['of the last and the third hour', [60, 30], [180, 30], true],
    ['not two minutes off', [62, 30], [120, 30], false],
    ['not if it was less than half as bad', [60, 30], [120, 15], false],
    ['not if it was half as bad at least', [60, 30], [120, 17], true],
  ] as const)('%s', (_, first, second, expected) => {
    expect(repeatsEachHour(seenAt(first, second), scored(30), AT)).toBe(expected);
  });

  it('not after one hour alone', () => {
    expect(repeatsEachHour(seenAt([60, 30]), scored(30), AT)).toBe(false);
  });

  it('not for another window or kind', () => {
    const ring = seenAt([60, 30], [120, 30]).map((entry) => ({ ...entry, window: 'error1' }));
    expect(repeatsEachHour(ring, scored(30), AT)).toBe(false);
  });

  it('not because a fault lasted for hours', () => {
    const untilNow = Array.from({ length: 175 }, (_, index) => [index + 5, 30] as const);
    expect(repeatsEachHour(seenAt(...untilNow), scored(30), AT)).toBe(false);
    const untilAnHourAgo = Array.from({ length: 140 }, (_, index) => [index + 40, 30] as const);
    expect(repeatsEachHour(seenAt(...untilAnHourAgo), scored(30), AT)).toBe(false);
  });

  it('remembers the worst of a minute once, nothing usual, and three hours at most', () => {
    const ring = rememberUnusual(
      rememberUnusual(seenAt([182, 30], [20, 10]), [scored(25)], AT),
      [scored(40), scored(5, 2)],
      AT,
    );
    expect(
      ring.map(({ minute, excess }) => [Math.round(AT.getTime() / MINUTE_MS - minute), excess.toFixed(4)]),
    ).toEqual([
      [20, (10 / 600 - FIT.p).toFixed(4)],
      [0, (40 / 600 - FIT.p).toFixed(4)],
    ]);
  });
});

describe('a job that runs each hour', () => {
  const NO_EVIDENCE: Evidence = { query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] };
  const HEALTHY: Behaviour = { requests: 100, failRate: 0.003 };

  /** Error rates told while the job runs, hour by hour, the state written and read in between. */
  const observeHours = (hours: number, behaviourAt: (minute: number) => Behaviour): readonly AnomalyObservation[][] => {
    const service = simulatedService('report-service', seededRandom(4));
    const told: AnomalyObservation[][] = Array.from({ length: hours }, () => []);
    let state: DetectionState = { ...EMPTY_STATE, thresholds: new Map([['report-service', USUAL]]) };
    for (let tick = -130; tick < hours * 120; tick += 1) {
      const at = addMs(AT, tick * 30_000);
      service.pass(tick < 0 ? HEALTHY : behaviourAt(tick / 2), at);
      if (tick < 0) continue;
      const counts = service.counts();
      const advance = advanceDetection(
        state,
        { services: new Map([[counts.service, counts]]), rowsOf: new Map(), gaps: [] },
        at,
        DEFAULT_DETECTION_SETTINGS,
        () => NO_EVIDENCE,
      );
      const stored = [tickDocument(advance.state.tick), ...toDocuments(advance.state)];
      state = fromDocuments(
        stored.map(({ service: name, signal, toJson }) => ({
          service: name,
          signal,
          state: JSON.parse(toJson()) as unknown,
        })),
      ).state;
      told[Math.floor(tick / 120)]?.push(...advance.observations.filter(({ signal }) => signal === 'error_rate'));
    }
    return told;
  };

  it('wakes somebody twice, and is shown as a repeating P3 from then on', () => {
    const hours = observeHours(5, (minute) =>
      minute % 60 >= 20 && minute % 60 < 24 ? { requests: 100, failRate: 0.12 } : HEALTHY,
    );
    expect(hours.map((told) => told.some(({ isPaging }) => isPaging))).toEqual([true, true, false, false, false]);
    for (const told of hours.slice(2)) {
      expect(told.some(({ severity, heldBy }) => severity === 'P3' && heldBy === 'repeats each hour')).toBe(true);
    }
  });

  it('does not hide a fault that is more than twice as bad', () => {
    const hours = observeHours(3, (minute) =>
      minute % 60 >= 20 && minute % 60 < 24 ? { requests: 100, failRate: minute < 120 ? 0.12 : 0.5 } : HEALTHY,
    );
    expect(hours[2]?.some(({ isPaging }) => isPaging)).toBe(true);
  });
});
