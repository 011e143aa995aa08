import { expect, it } from 'vitest';
import { adoptKnownAnomalies } from '#capabilities/detection/adopt-known-anomalies.ts';
import { advanceDetection } from '#capabilities/detection/advance-detection.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import { NO_GUARD } from '#capabilities/detection/judge/service-baseline.ts';
import type { ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import type { KnownAnomaly } from '#kernel/anomaly.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { AT, BASELINE_A, equalBuckets, requestCounts } from './support/service-ticks.ts';

const evidenceOf = () => ({ query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] });
const OTHER = requestCounts({ service: 'gateway', now: equalBuckets(0, 100, 6), before: BASELINE_A });

const advance = (state: DetectionState, minutes: number, services: readonly ServiceCounts[]) =>
  advanceDetection(
    // Ticks ran all the while.
    { ...state, tick: { ...state.tick, lastTickAt: addMs(AT, minutes * MINUTE_MS - 30_000) } },
    { services: new Map([OTHER, ...services].map((counts) => [counts.service, counts])), rowsOf: new Map(), gaps: [] },
    addMs(AT, minutes * MINUTE_MS),
    DEFAULT_DETECTION_SETTINGS,
    evidenceOf,
  );

const known = (changes: Partial<KnownAnomaly> = {}): KnownAnomaly => ({
  service: 'payment',
  signal: 'error_rate',
  onsetAt: AT,
  firstTickAt: AT,
  isInIncident: true,
  isDismissed: false,
  ...changes,
});

/** An episode of the error rate paged, and nothing of the service is seen any more. */
const failedThenGone = (): DetectionState => {
  const failing = requestCounts({
    service: 'payment',
    now: equalBuckets(40, 100, 6),
    before: BASELINE_A,
  });
  const { state } = advance(EMPTY_STATE, 0, [failing]);
  expect(state.services.get('payment')?.guard.frozen).not.toBeNull();
  return state;
};

it('does not fall silent anew where nothing was seen for the whole look-back', () => {
  const { state, observations } = advance(failedThenGone(), 70, []);
  expect([...(state.services.get('payment')?.episodes.keys() ?? [])]).toEqual(['error_rate']);
  expect(observations.filter(({ signal }) => signal === 'silence')).toEqual([]);
});

it('ends as gone what a person is done with, and forgets the service', () => {
  const { state: told, lost } = adoptKnownAnomalies(failedThenGone(), [known({ isDismissed: true })]);
  expect(lost).toEqual([]);
  const { state, closings } = advance(told, 70, []);
  expect(closings).toMatchObject([{ service: 'payment', signal: 'error_rate', isGone: true, k: 0, n: 0 }]);
  // What was unusual is remembered for three hours, and nothing else.
  expect(state.services.get('payment')).toMatchObject({ guard: NO_GUARD, episodes: new Map() });
});

it('gives the same state back where it knows all that lasts already', () => {
  const state = failedThenGone();
  expect(adoptKnownAnomalies(state, [known()]).state).toBe(state);
});

it('follows an anomaly that it does not know, and one that was reopened', () => {
  const anomalies = [known(), known({ service: 'auth', signal: 'silence' })];
  const { state, lost } = adoptKnownAnomalies(EMPTY_STATE, anomalies);
  expect(lost).toEqual(anomalies);
  expect(state.services.get('auth')?.episodes.get('silence')).toMatchObject({ onsetAt: AT, lastSeenAt: AT });
  expect(state.services.get('payment')?.episodes.get('error_rate')).toMatchObject({ hasPaged: false });
  const done = adoptKnownAnomalies(state, [known({ isDismissed: true })]).state;
  const again = adoptKnownAnomalies(done, [known()]).state;
  expect(done.services.get('payment')?.episodes.get('error_rate')?.isDismissed).toBe(true);
  expect(again.services.get('payment')?.episodes.get('error_rate')?.isDismissed).toBe(false);
});
