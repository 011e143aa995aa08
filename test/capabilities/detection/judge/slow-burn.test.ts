import { describe, expect, it } from 'vitest';
import { advanceDetection } from '#capabilities/detection/advance-detection.ts';
import {
  type BucketHistory,
  HISTORY_BUCKETS,
  isSeenIn,
  nextBuckets,
  nextSamples,
  NO_HISTORY,
} from '#capabilities/detection/judge/bucket-history.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import { NO_MEMORY, type Sample } from '#capabilities/detection/judge/fit-baseline.ts';
import { judgeSlowBurn } from '#capabilities/detection/judge/slow-burn.ts';
import { fromDocuments, tickDocument, toDocuments } from '#capabilities/detection/state-documents.ts';
import type { AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { AT, equalBuckets, requestCounts, USUAL } from '../support/service-ticks.ts';
import { type Behaviour, simulatedService } from '../support/simulated-service.ts';

const ENDS = Array.from({ length: 48 }, (_, index) => AT.getTime() - (47 - index) * 5 * MINUTE_MS);
const USUALLY: readonly Sample[] = Array.from({ length: 42 }, () => ({ k: 5, n: 1_000 }));
const burn = (recent: readonly Sample[], before = USUALLY) =>
  judgeSlowBurn(ENDS.slice(-(before.length + 6)), [...before, ...recent], NO_MEMORY, []);

describe('a slow burn', () => {
  it('is half an hour at twice the usual rate and half a point above it', () => {
    const found = burn(Array.from({ length: 6 }, () => ({ k: 14, n: 1_000 })));
    expect(found).toMatchObject({ k: 84, n: 6_000, window: { from: addMs(AT, -30 * MINUTE_MS), to: AT } });
    expect(found?.score).toBeGreaterThan(2.5);
    expect(found?.fit.p).toBeCloseTo(0.005, 4);
    expect(found?.buckets).toHaveLength(48);
  });

  it.each([
    ['less than twice the usual rate', Array.from({ length: 6 }, () => ({ k: 9, n: 1_000 })), USUALLY],
    [
      'less than half a point above it',
      Array.from({ length: 6 }, () => ({ k: 24, n: 10_000 })),
      USUALLY.map(() => ({ k: 5, n: 10_000 })),
    ],
    ['errors in two buckets alone', [60, 60, 0, 0, 0, 0].map((k) => ({ k, n: 1_000 })), USUALLY],
    ['three failures', [1, 1, 1, 0, 0, 0].map((k) => ({ k, n: 10 })), USUALLY.map(() => ({ k: 0, n: 10 }))],
    ['an hour that is not known', Array.from({ length: 6 }, () => ({ k: 14, n: 1_000 })), USUALLY.slice(0, 11)],
  ])('is not %s', (_, recent, before) => {
    expect(burn(recent, before)).toBeNull();
  });

  it('is not what an incident left in the last half hour', () => {
    const dirty = [{ from: addMs(AT, -25 * MINUTE_MS), to: addMs(AT, -18 * MINUTE_MS) }];
    const samples = [...USUALLY, ...[0, 90, 60, 5, 5, 5].map((k) => ({ k, n: 1_000 }))];
    expect(judgeSlowBurn(ENDS, samples, NO_MEMORY, [])).not.toBeNull();
    expect(judgeSlowBurn(ENDS, samples, NO_MEMORY, dirty)).toBeNull();
  });

  it('is not judged against buckets of an incident', () => {
    const dirty = [{ from: addMs(AT, -4 * 60 * MINUTE_MS), to: addMs(AT, -60 * MINUTE_MS) }];
    const samples = [...USUALLY, ...Array.from({ length: 6 }, () => ({ k: 14, n: 1_000 }))];
    expect(judgeSlowBurn(ENDS, samples, NO_MEMORY, dirty)).toBeNull();
  });
});

describe('the history of buckets', () => {
  const counts = (n: number) => new Map([['a', requestCounts({ service: 'a', now: [], before: equalBuckets(1, n) })]]);

  const rememberBuckets = (
    history: BucketHistory,
    services: ReadonlyMap<string, ServiceCounts>,
    at: Date,
  ): BucketHistory => {
    const next = nextBuckets(history, at);
    const names = [...new Set([...history.samples.keys(), ...services.keys()])];
    const samples = names.map((name) => [name, nextSamples(next, name, services.get(name))] as const);
    return { ends: next.ends, samples: new Map(samples.filter(([, own]) => isSeenIn(own))) };
  };

  it('begins with the hour that a tick sees, then grows by one bucket each time, to four hours', () => {
    let history = rememberBuckets(NO_HISTORY, counts(100), AT);
    expect(history.ends).toHaveLength(12);
    history = rememberBuckets(history, counts(200), addMs(AT, 5 * MINUTE_MS));
    expect(history.samples.get('a')?.map(({ n }) => n)).toEqual([...Array.from({ length: 12 }, () => 100), 200]);
    for (let step = 2; step < 60; step += 1)
      history = rememberBuckets(history, counts(200), addMs(AT, step * 5 * MINUTE_MS));
    expect(history.ends).toHaveLength(HISTORY_BUCKETS);
  });

  it('catches up after a while away, and forgets a service that is not seen any more', () => {
    const before = rememberBuckets(NO_HISTORY, counts(100), AT);
    const after = rememberBuckets(before, counts(100), addMs(AT, 20 * MINUTE_MS));
    expect(after.ends).toHaveLength(16);
    let gone = after;
    for (let step = 1; step < 50; step += 1)
      gone = rememberBuckets(gone, new Map(), addMs(AT, (20 + step * 5) * MINUTE_MS));
    expect(gone.samples.size).toBe(0);
  });
});

describe('detection', () => {
  const NO_EVIDENCE: Evidence = {
    query: 'FROM logs',
    parameters: {},
    window: { from: AT, to: AT },
    columns: [],
    rows: [],
  };

  const observe = (
    minutes: number,
    behaviourAt: (minute: number) => Behaviour,
  ): readonly (AnomalyObservation | undefined)[] => {
    const service = simulatedService('checkout', seededRandom(11));
    const told: (AnomalyObservation | undefined)[] = [];
    let state: DetectionState = { ...EMPTY_STATE, thresholds: new Map([['checkout', USUAL]]) };
    for (let tick = -130; tick < minutes * 2; tick += 1) {
      const at = addMs(AT, tick * 30_000);
      service.pass(behaviourAt(tick / 2), at);
      if (tick < 0) continue;
      const counts = service.counts();
      const answer = { services: new Map([[counts.service, counts]]), rowsOf: new Map(), gaps: [] };
      const advance = advanceDetection(state, answer, at, DEFAULT_DETECTION_SETTINGS, () => NO_EVIDENCE);
      const rows = [tickDocument(advance.state.tick), ...toDocuments(advance.state)];
      state = fromDocuments(
        rows.map(({ service: name, signal, toJson }) => ({
          service: name,
          signal,
          state: JSON.parse(toJson()) as unknown,
        })),
      ).state;
      told.push(advance.observations.find(({ signal }) => signal === 'error_rate'));
    }
    return told;
  };

  it('tells a rise over three hours as a P3 with its own window and buckets, before anybody would be woken', () => {
    const told = observe(240, (minute) => ({
      requests: 20,
      failRate: minute < 60 ? 0.005 : 0.005 + ((minute - 60) / 180) * 0.03,
    }));
    const first = told.findIndex((observation) => observation?.heldBy?.includes('slow rise') === true);
    expect(first / 2).toBeGreaterThan(60);
    expect(first / 2).toBeLessThan(170);
    expect(told.slice(0, first).some((earlier) => earlier?.isPaging === true)).toBe(false);
    const observation = told[first];
    expect(observation).toMatchObject({ severity: 'P3', isPaging: false });
    expect(observation && observation.window.to.getTime() - observation.window.from.getTime()).toBe(30 * MINUTE_MS);
    const rows = (observation?.evidence.rows ?? []) as readonly (readonly [number, number, number])[];
    expect(rows.reduce((sum, [, n]) => sum + n, 0)).toBe(observation?.n);
    expect(rows.reduce((sum, [, , k]) => sum + k, 0)).toBe(observation?.k);
  });

  it('tells none of a service that stays as it is', () => {
    const told = observe(300, () => ({ requests: 100, failRate: 0.01 }));
    expect(told.filter((observation) => observation?.heldBy?.includes('slow rise') === true)).toEqual([]);
  });
});
