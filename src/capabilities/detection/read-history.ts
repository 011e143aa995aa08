import { addMs, HOUR_MS, SECOND_MS } from '#kernel/duration.ts';
import { ask, type AskLimits } from './ask-telemetry.ts';
import { type BucketHistory, withOlder } from './judge/bucket-history.ts';
import { historyQuery } from './detection-queries.ts';
import { type DetectionState, type HistoryProgress, NO_SERVICE_STATE } from './detection-state.ts';
import { NO_MEMORY, type SpreadMemory } from './judge/fit-baseline.ts';
import { RING_MS } from './judge/hourly-pattern.ts';
import type { KindMemory } from './judge/judge-rate.ts';
import { learnHour, type Lesson } from './learn-hour.ts';
import type { LookDeps } from './look.ts';
import { readSlotRows } from './read-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS, CURRENT_MS } from './judge/slots.ts';

const HOURS = 24;
const MAX_FAILURES = 5;
// 60 rows a service fit one answer up to 166 services, 12 up to 833.
const MOST_SERVICES_BY_MINUTE = 150;
const MOST_SERVICES = 800;
const HOURS_BY_MINUTE = Math.ceil(RING_MS / HOUR_MS);
// The tick waits for it: what takes longer is not worth its wait.
const LIMITS: AskLimits = { timeoutMs: 5 * SECOND_MS };

/** At the first tick that saw a service: the day before it is still to be read. */
export const beginHistory = (state: DetectionState, at: Date): DetectionState => ({
  ...state,
  tick: {
    ...state.tick,
    hasBegunHistory: true,
    history: { endedAt: addMs(at, -CURRENT_MS), hoursRead: 0, failures: 0 },
  },
});

const addMemory = (a: SpreadMemory, b: SpreadMemory): SpreadMemory => ({
  squares: a.squares + b.squares,
  count: a.count + b.count,
});

const addMemories = (a: KindMemory | undefined, b: KindMemory): KindMemory => ({
  error: addMemory(a?.error ?? NO_MEMORY, b.error),
  mid: addMemory(a?.mid ?? NO_MEMORY, b.mid),
  tail: addMemory(a?.tail ?? NO_MEMORY, b.tail),
});

const bucketsUntil = (to: Date, lessons: ReadonlyMap<string, Lesson>): BucketHistory => ({
  ends: Array.from({ length: BASELINE_BUCKETS }, (_, b) => to.getTime() - (BASELINE_BUCKETS - 1 - b) * BUCKET_MS),
  samples: new Map([...lessons].map(([service, { samples }]) => [service, samples])),
});

const withLessons = (state: DetectionState, lessons: ReadonlyMap<string, Lesson>, to: Date): DetectionState => {
  const spread = new Map(state.spread);
  const services = new Map(state.services);
  for (const [service, { memory, unusual }] of lessons) {
    spread.set(service, addMemories(spread.get(service), memory));
    const before = services.get(service) ?? NO_SERVICE_STATE;
    if (unusual.length > 0) services.set(service, { ...before, unusual: [...unusual, ...before.unusual] });
  }
  return { ...state, spread, services, history: withOlder(state.history, bucketsUntil(to, lessons)) };
};

const withProgress = (state: DetectionState, history: HistoryProgress | null): DetectionState => ({
  ...state,
  tick: { ...state.tick, history },
});

/**
 * Reads one more past hour in a tick whose second query is free, so that a start with
 * telemetry of yesterday is no cold one. An hour without rows teaches nothing and is passed;
 * one whose answer does not come whole or in time is asked for again in a later tick. It ends
 * after a day and at the fifth answer that fails: then the rest is learnt from now on.
 */
export const readHistory = async (
  deps: LookDeps,
  state: DetectionState,
  at: Date,
): Promise<{ readonly state: DetectionState; readonly queries: number }> => {
  const { history, services } = state.tick;
  if (!history) return { state, queries: 0 };
  if (services > MOST_SERVICES) return { state: withProgress(state, null), queries: 0 };
  const to = addMs(history.endedAt, -history.hoursRead * HOUR_MS);
  const slotMinutes = services <= MOST_SERVICES_BY_MINUTE && history.hoursRead < HOURS_BY_MINUTE ? 1 : 5;
  const { failedExpression } = deps.settings;
  const counting = { failedExpression, schema: deps.telemetryStore.schema() };
  const asked = await ask(deps, historyQuery({ from: addMs(to, -HOUR_MS), to }, counting, slotMinutes), LIMITS);
  const rows = 'value' in asked ? readSlotRows(asked.value) : null;
  if (!rows) {
    const failures = history.failures + 1;
    return { state: withProgress(state, failures < MAX_FAILURES ? { ...history, failures } : null), queries: 1 };
  }
  const lessons = new Map([...rows].map(([service, slots]) => [service, learnHour(slots, slotMinutes, to, at)]));
  const hoursRead = history.hoursRead + 1;
  const learnt = withLessons(state, lessons, to);
  return { state: withProgress(learnt, hoursRead < HOURS ? { ...history, hoursRead } : null), queries: 1 };
};
