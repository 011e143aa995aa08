import { describe, expect, it } from 'vitest';
import { advanceDetection } from '#capabilities/detection/advance-detection.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import { AT, equalBuckets, requestCounts } from './support/service-ticks.ts';

const EVIDENCE = { query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] };

/** Requests in each half minute, and in each of the buckets before. */
const service = (name: string, perSlot: number, buckets: number): ServiceCounts =>
  requestCounts({
    service: name,
    now: [1, 1, 1, 1, 2, 4].map((times) => ({ k: 0, n: perSlot * times })),
    before: equalBuckets(0, perSlot * 10, buckets),
  });

const tick = (...services: readonly ServiceCounts[]) => {
  const answer = { services: new Map(services.map((each) => [each.service, each])), rowsOf: new Map(), gaps: [] };
  return advanceDetection(EMPTY_STATE, answer, AT, DEFAULT_DETECTION_SETTINGS, () => EVIDENCE);
};

describe('what cannot be judged of a service', () => {
  it('is said to be still learnt, and for how long, where its traffic would do', () => {
    const { gaps, state } = tick(service('checkout', 100, 0));
    expect(gaps).toEqual([
      {
        kind: 'learning',
        service: 'checkout',
        message:
          'checkout: still learning what is usual, for about 50 min; until then only what is gross and lasts can page.',
      },
    ]);
    expect(state.visibility).toEqual([]);
  });

  it('is said of its traffic where that is too little whatever is learnt', () => {
    expect(tick(service('night-job', 0.2, 12)).gaps).toMatchObject([{ kind: 'too-little-traffic' }]);
    const { gaps, state } = tick(service('new-night-job', 0.2, 3));
    expect(gaps).toMatchObject([{ kind: 'too-little-traffic', service: 'new-night-job' }]);
    expect(state.visibility).toMatchObject([{ service: 'new-night-job', smallestRate: null }]);
  });

  it('is nothing once gross errors can be seen, learnt or not', () => {
    for (const buckets of [2, 9, 10, 12]) {
      const { gaps, state } = tick(service('checkout', 100, buckets));
      expect(gaps).toEqual([]);
      expect(state.visibility).toEqual([]);
    }
  });

  it('is counted where there are many of a kind', () => {
    const many = Array.from({ length: 25 }, (_, index) => service(`s${index}`, 100, 0));
    const { gaps } = tick(...many);
    expect(gaps).toHaveLength(21);
    expect(gaps.at(-1)).toEqual({
      kind: 'learning',
      service: null,
      message: 'Of 5 more services Sentinel is still learning what is usual.',
    });
  });
});
