import { describe, expect, it } from 'vitest';
import { advanceService } from '#capabilities/detection/advance-service.ts';
import { DEFAULT_DETECTION_SETTINGS, type DetectionPreset } from '#capabilities/detection/detection-settings.ts';
import { NO_SERVICE_STATE, type ServiceState } from '#capabilities/detection/detection-state.ts';
import type { AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';
import { AT, BASELINE_A, NO_KIND_MEMORY, requestCounts, USUAL } from './support/service-ticks.ts';

const EVIDENCE: Evidence = { query: '', parameters: {}, window: { from: AT, to: AT }, columns: [], rows: [] };

const NOW = {
  /** Five percent in each half minute: certain, spread, not gross. */
  bad: [5, 5, 5, 5],
  gross: [40, 40, 0, 0],
  calm: [0, 0, 0, 0],
} as const;
type Tick = keyof typeof NOW;

/** What each tick says of the error rate. */
const observe = (preset: DetectionPreset, ticks: readonly Tick[]): readonly (AnomalyObservation | undefined)[] => {
  let state: ServiceState = NO_SERVICE_STATE;
  return ticks.map((tick, index) => {
    const advance = advanceService({
      at: addMs(AT, index * 30 * SECOND_MS),
      counts: requestCounts({ now: NOW[tick].map((k) => ({ k, n: 100 })), before: BASELINE_A }),
      state,
      memory: NO_KIND_MEMORY,
      slowBurn: null,
      usualLatency: USUAL,
      sightedMs: Number.POSITIVE_INFINITY,
      comparedFrom: AT,
      settings: { ...DEFAULT_DETECTION_SETTINGS, preset },
      evidence: EVIDENCE,
    });
    state = advance.state;
    return advance.observations.find(({ signal }) => signal === 'error_rate');
  });
};

const pages = (preset: DetectionPreset, ticks: readonly Tick[]): readonly boolean[] =>
  observe(preset, ticks).map((observation) => observation?.isPaging ?? false);

describe('the quiet preset', () => {
  it('waits for a second of three ticks, shows the first as P3 and says why', () => {
    const [first, second] = observe('quiet', ['bad', 'bad']);
    expect(first).toMatchObject({ isPaging: false, severity: 'P3' });
    expect(first?.heldBy).toContain('the quiet preset waits for a second');
    expect(second).toMatchObject({ isPaging: true, severity: 'P1', heldBy: null });
  });

  it('counts a tick two ticks ago, and none before', () => {
    expect(pages('quiet', ['bad', 'calm', 'bad'])).toEqual([false, false, true]);
    expect(pages('quiet', ['bad', 'calm', 'calm', 'bad', 'bad'])).toEqual([false, false, false, false, true]);
  });

  it('does not wait where the fault is gross', () => {
    expect(pages('quiet', ['gross'])).toEqual([true]);
  });

  it('lets an episode that has paged go on as before', () => {
    expect(pages('quiet', ['bad', 'bad', 'calm', 'calm', 'calm', 'bad'])).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is not the preset unless it is chosen', () => {
    expect(pages('normal', ['bad'])).toEqual([true]);
  });
});
