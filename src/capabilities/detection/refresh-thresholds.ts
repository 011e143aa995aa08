import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { ask, type AskDeps, gapOfFault } from './ask-telemetry.ts';
import { latencyQuery, THRESHOLDS_TABLE, thresholdsTable } from './detection-queries.ts';
import { type DetectionState, NO_SERVICE_STATE } from './detection-state.ts';
import { isDue } from './due.ts';
import { readUsualLatency } from './read-counts.ts';
import { notUsual, type UsualLatency } from './judge/service-baseline.ts';

const THRESHOLDS_EVERY_MS = 5 * MINUTE_MS;

export const readCleanLatency = (state: DetectionState, answer: QueryAnswer): ReadonlyMap<string, UsualLatency> =>
  readUsualLatency(answer, (service) => {
    const { guard, usualSince } = state.services.get(service) ?? NO_SERVICE_STATE;
    return notUsual(guard, usualSince);
  });

/** Fresh thresholds, except where an episode froze them. */
export const keepFrozen = (
  state: DetectionState,
  usual: ReadonlyMap<string, UsualLatency>,
  isMeant: (service: string) => boolean = () => true,
): ReadonlyMap<string, UsualLatency> => {
  const fresh = new Map(usual);
  for (const [service, { guard }] of state.services) {
    if (!guard.frozen || !isMeant(service)) continue;
    if (guard.frozen.usualLatency) fresh.set(service, guard.frozen.usualLatency);
    else fresh.delete(service);
  }
  return fresh;
};

export const writeThresholds = async (
  deps: AskDeps,
  thresholds: ReadonlyMap<string, UsualLatency>,
  table: string = THRESHOLDS_TABLE,
): Promise<DetectionGap | null> => {
  try {
    await deps.telemetryStore.replaceLookup(thresholdsTable(thresholds, table));
    return null;
  } catch (error) {
    const gap = gapOfFault(error);
    deps.logger.warn({ gap: gap.kind, err: error }, 'The thresholds could not be written');
    return gap;
  }
};

export interface RefreshedThresholds {
  readonly state: DetectionState;
  readonly queries: number;
  readonly gaps: readonly DetectionGap[];
}

// The counts are judged all the same, by the thresholds of before: Sentinel is not blind.
export const oldThresholds = ({ message }: DetectionGap): DetectionGap => ({
  kind: 'query-failed',
  service: null,
  message: `What latency is usual could not be brought up to date. ${message}`,
});

/** Every five minutes, asks what latency is usual and rewrites the table that the counts are joined with. */
export const refreshThresholds = async (
  deps: AskDeps,
  state: DetectionState,
  at: Date,
): Promise<RefreshedThresholds> => {
  const isTableThere = deps.telemetryStore.schema().has(THRESHOLDS_TABLE);
  if (!isDue(state.tick.thresholdsAt, at, THRESHOLDS_EVERY_MS)) {
    const gap = isTableThere ? null : await writeThresholds(deps, state.thresholds);
    return { state, queries: 0, gaps: gap ? [oldThresholds(gap)] : [] };
  }
  const asked = await ask(deps, latencyQuery(at));
  if ('gap' in asked) {
    if (!isTableThere) await writeThresholds(deps, state.thresholds);
    return { state, queries: 1, gaps: [oldThresholds(asked.gap)] };
  }
  const thresholds = keepFrozen(state, readCleanLatency(state, asked.value));
  const gap = await writeThresholds(deps, thresholds);
  if (gap) return { state, queries: 1, gaps: [oldThresholds(gap)] };
  return { state: { ...state, thresholds, tick: { ...state.tick, thresholdsAt: at } }, queries: 1, gaps: [] };
};
