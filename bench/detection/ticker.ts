import {
  advanceDetection,
  DEFAULT_DETECTION_SETTINGS,
  type DetectionAdvance,
  type DetectionSettings,
  type DetectionState,
  EMPTY_STATE,
  type ServiceCounts,
  type UsualLatency,
} from '#capabilities/detection/index.ts';
import type { Evidence } from '#kernel/anomaly.ts';
import { addMs, SECOND_MS } from '#kernel/duration.ts';

export const TICK_MS = 30 * SECOND_MS;
export const TICKS_PER_MINUTE = 2;
export const TICKS_PER_HOUR = 120;
export const TICKS_PER_DAY = 2_880;

const START = new Date('2026-03-02T00:00:00.000Z');
const NO_EVIDENCE: Evidence = {
  query: '',
  parameters: {},
  window: { from: START, to: START },
  columns: [],
  rows: [],
};
const COMPANION_ROWS = 40;

export const timeOfTick = (tick: number): Date => addMs(START, tick * TICK_MS);

/** A service that is always there, so that another's silence is not taken for telemetry that is missing. */
const companion = (at: Date): ServiceCounts => {
  const rows = Array.from({ length: 18 }, () => COMPANION_ROWS);
  const none = rows.map(() => 0);
  return {
    service: 'companion',
    slots: { lines: rows, errorLines: none, requests: rows, failed: none, mid: none, tail: none, far: none },
    lastSeenAt: addMs(at, -1),
  };
};

/** Detection without store and database: counts in, what it tells out, its state kept from tick to tick. */
export const createTicker = (changes: Partial<DetectionSettings> = {}) => {
  const settings: DetectionSettings = { ...DEFAULT_DETECTION_SETTINGS, ...changes };
  let state: DetectionState = EMPTY_STATE;
  return {
    settings,
    /** Thresholds that an incident of the service holds; undefined while none does. */
    frozenLatency: (service: string): UsualLatency | null | undefined =>
      state.services.get(service)?.guard.frozen?.usualLatency,
    /** The same for all services of a tick: counts must have been taken against these thresholds. */
    look(
      services: readonly { readonly counts: ServiceCounts; readonly usual: UsualLatency | null }[],
      at: Date,
    ): DetectionAdvance {
      const all = [...services.map(({ counts }) => counts), companion(at)];
      const seen = all.filter(({ slots }) => slots.lines.some((rows) => rows > 0));
      const thresholds = new Map(services.flatMap(({ counts, usual }) => (usual ? [[counts.service, usual]] : [])));
      const advance = advanceDetection(
        { ...state, thresholds },
        { services: new Map(seen.map((counts) => [counts.service, counts])), rowsOf: new Map(), gaps: [] },
        at,
        settings,
        () => NO_EVIDENCE,
      );
      for (const { error } of advance.faults) throw error;
      state = advance.state;
      return advance;
    },
  };
};
