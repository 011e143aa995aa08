import { describe, expect, it } from 'vitest';
import { advanceDetection } from '#capabilities/detection/advance-detection.ts';
import { DEFAULT_DETECTION_SETTINGS } from '#capabilities/detection/detection-settings.ts';
import { type DetectionState, EMPTY_STATE } from '#capabilities/detection/detection-state.ts';
import { acceptService } from '#capabilities/detection/new-normal.ts';
import { fromDocuments, tickDocument, toDocuments } from '#capabilities/detection/state-documents.ts';
import type { Actor } from '#kernel/actor.ts';
import type { AnomalyClosing, AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { addMs } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { AT, USUAL } from './support/service-ticks.ts';
import { type Behaviour, simulatedService } from './support/simulated-service.ts';

const ANN: Actor = { kind: 'person', id: 'U01ANN', surface: 'slack' };
const SERVICE = 'checkout';
const EVIDENCE: Evidence = {
  query: 'FROM logs',
  parameters: {},
  window: { from: AT, to: AT },
  columns: [],
  rows: [],
};
const DAY_MINUTES = 24 * 60;

const stored = (state: DetectionState): DetectionState => {
  const rows = [tickDocument(state.tick), ...toDocuments(state)];
  return fromDocuments(
    rows.map(({ service, signal, toJson }) => ({ service, signal, state: JSON.parse(toJson()) as unknown })),
  ).state;
};

interface TickSeen {
  readonly minute: number;
  readonly observations: readonly AnomalyObservation[];
  readonly closings: readonly AnomalyClosing[];
}

/** Ticks over one service, an hour of quiet first; a person accepts at `acceptAt`, in minutes. */
const watch = (minutes: number, behaviourAt: (minute: number) => Behaviour | null, acceptAt: number | null) => {
  const service = simulatedService(SERVICE, seededRandom(5));
  const seen: TickSeen[] = [];
  let state: DetectionState = { ...EMPTY_STATE, thresholds: new Map([[SERVICE, USUAL]]) };
  for (let tick = -130; tick < minutes * 2; tick += 1) {
    const at = addMs(AT, tick * 30_000);
    service.pass(behaviourAt(tick / 2), at);
    if (tick < 0) continue;
    const before = state.services.get(SERVICE);
    if (tick / 2 === acceptAt && before) {
      const accepted = acceptService(SERVICE, before, at, ANN);
      state = stored({ ...state, services: new Map([[SERVICE, accepted.state]]) });
    }
    const counts = service.counts();
    const answer = { services: new Map([[SERVICE, counts]]), rowsOf: new Map(), gaps: [] };
    const {
      observations,
      closings,
      state: next,
    } = advanceDetection(state, answer, at, DEFAULT_DETECTION_SETTINGS, () => EVIDENCE);
    state = next;
    seen.push({ minute: tick / 2, observations, closings });
  }
  const after = (minute: number) =>
    seen
      .filter((each) => each.minute >= minute)
      .flatMap((each) => each.observations.map((told) => ({ ...each, told })));
  return { seen, state, after };
};

const failing = (from: number, rate: number) => (minute: number) => ({
  requests: 100,
  failRate: minute < from ? 0.005 : rate,
});

describe('a service whose new normal was accepted', () => {
  it('pages no more for that level, whenever it was accepted, and tells no slow rise of it', () => {
    for (const acceptAt of [63, 66, 80, 130]) {
      const { seen, after } = watch(360, failing(60, 0.3), acceptAt);
      expect(seen.some(({ minute, observations }) => minute < acceptAt && observations.some((o) => o.isPaging))).toBe(
        true,
      );
      expect(after(acceptAt).filter(({ told }) => told.isPaging || told.isSlowBurn === true)).toEqual([]);
    }
  });

  it('pages again for what is worse, once there is something to compare with', () => {
    const { after } = watch(200, (minute) => failing(60, minute < 150 ? 0.1 : 0.3)(minute), 80);
    expect(after(80).filter(({ minute, told }) => told.isPaging && minute < 150)).toEqual([]);
    expect(after(150).find(({ told }) => told.isPaging)?.minute).toBeLessThan(152);
  });

  it('is compared no more with what was slow against the usual of before', () => {
    const slow = (minute: number): Behaviour => ({
      requests: 100,
      failRate: 0.005,
      ...(minute < 60 ? {} : { midRate: 0.9, tailRate: 0.3, farRate: 0.1 }),
    });
    const { seen, after } = watch(300, slow, 90);
    expect(seen.some(({ minute, observations }) => minute < 90 && observations.some((o) => o.isPaging))).toBe(true);
    expect(after(90).filter(({ told }) => told.isPaging)).toEqual([]);
  });

  it('forgets the moment once nothing of before can be looked at', () => {
    expect(watch(200, failing(60, 0.3), 80).state.services.get(SERVICE)?.usualSince).not.toBeNull();
    expect(watch(360, failing(60, 0.3), 80).state.services.get(SERVICE)?.usualSince ?? null).toBeNull();
  });
});

describe('what lasts for a day', () => {
  it('becomes the normal by itself below 5 %, and wakes nobody for it again', () => {
    const { seen, after } = watch(DAY_MINUTES + 90 + 240, failing(60, 0.03), null);
    const accepted = seen.filter(({ closings }) => closings.some(({ acceptedBy }) => acceptedBy));
    expect(accepted).toMatchObject([{ closings: [{ signal: 'error_rate', acceptedBy: { kind: 'sentinel' } }] }]);
    const acceptedAt = accepted[0]?.minute ?? 0;
    expect(acceptedAt).toBeGreaterThan(DAY_MINUTES + 50);
    expect(acceptedAt).toBeLessThan(DAY_MINUTES + 80);
    expect(after(acceptedAt).filter(({ told }) => told.isPaging || told.isSlowBurn === true)).toEqual([]);
  });
});
