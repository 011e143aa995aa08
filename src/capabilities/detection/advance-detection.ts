import type { AnomalyClosing, AnomalyObservation, DetectionGap, Evidence } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { advanceService, type ServiceAdvance } from './advance-service.ts';
import { judgeTelemetrySilence } from './judge-telemetry-silence.ts';
import type { DetectionSettings } from './detection-settings.ts';
import { type DetectionState, NO_SERVICE_STATE, type ServiceState, type Visibility } from './detection-state.ts';
import { isSeenIn, nextBuckets, nextSamples } from './judge/bucket-history.ts';
import { isDue } from './due.ts';
import { judgeSlowBurn, type SlowBurn } from './judge/slow-burn.ts';
import { NO_MEMORY, rememberSpread, type Sample } from './judge/fit-baseline.ts';
import type { KindMemory } from './judge/judge-rate.ts';
import type { CountsAnswer } from './read-counts.ts';
import { notUsual, samplesOf } from './judge/service-baseline.ts';
import { BUCKET_MS, LOOK_BACK_MS, sumOfNewest, SLOT_COUNT } from './judge/slots.ts';
import type { ServiceSight } from './see-service.ts';
import { unseenService } from './judge/service-counts.ts';
import { unjudgeableGaps } from './traffic-gaps.ts';

export interface DetectionAdvance {
  readonly state: DetectionState;
  /** Services seen in the telemetry. */
  readonly services: number;
  readonly observations: readonly AnomalyObservation[];
  readonly closings: readonly AnomalyClosing[];
  readonly gaps: readonly DetectionGap[];
  /** Services that failed to be judged, with what was thrown: a bug of ours, kept from the others. */
  readonly faults: readonly { readonly service: string; readonly error: unknown }[];
}

const SPREAD_EVERY_MS = 5 * MINUTE_MS;
const MISSED_TICKS_TO_BE_BLIND = 4;
/** Above it an error rate that can be seen is worth telling. */
const LOW_TRAFFIC_RATE = 0.05;
const FORGOTTEN_COUNT = 0.5;
const FORGETTING = Math.exp(-1 / 288);

const NO_KIND_MEMORY: KindMemory = { error: NO_MEMORY, mid: NO_MEMORY, tail: NO_MEMORY };

export const isSpreadDue = (state: DetectionState, at: Date): boolean =>
  isDue(state.tick.spreadAt, at, SPREAD_EVERY_MS);

const fade = (memory: KindMemory): KindMemory => {
  const faded = (kind: 'error' | 'mid' | 'tail') => ({
    squares: memory[kind].squares * FORGETTING,
    count: memory[kind].count * FORGETTING,
  });
  return { error: faded('error'), mid: faded('mid'), tail: faded('tail') };
};

const remember = (memory: KindMemory, { baseline, errorRate, latency, state }: ServiceAdvance): KindMemory => {
  const isLatched = [...state.episodes.values()].some(({ hasPaged }) => hasPaged);
  if (isLatched || baseline.isFrozen || !baseline.hasNewestBucket) return memory;
  const next = (kind: 'error' | 'mid' | 'tail') => {
    const fit = (kind === 'error' ? errorRate : latency)?.fits[kind];
    const bucket = samplesOf(baseline, kind)[0];
    return fit && bucket ? rememberSpread(memory[kind], bucket, fit) : memory[kind];
  };
  return { error: next('error'), mid: next('mid'), tail: next('tail') };
};

const isMarked = ({ guard, episodes, unusual, slowBurn, usualSince }: ServiceState): boolean =>
  episodes.size > 0 ||
  unusual.length > 0 ||
  slowBurn !== null ||
  usualSince !== null ||
  guard.frozen !== null ||
  guard.dirty.length > 0;

/** One tick over all services, without I/O: what to tell of, and the state that the next tick needs. */
export const advanceDetection = (
  state: DetectionState,
  answer: CountsAnswer,
  at: Date,
  settings: DetectionSettings,
  evidenceOf: (service: string) => Evidence,
): DetectionAdvance => {
  const { lastTickAt } = state.tick;
  const wasAway =
    lastTickAt !== null && at.getTime() - lastTickAt.getTime() > MISSED_TICKS_TO_BE_BLIND * settings.intervalMs;
  const telemetry = judgeTelemetrySilence(answer.services, state.tick, wasAway, at, settings);
  const sightedMs = telemetry.silentSince
    ? 0
    : telemetry.sightedSince
      ? at.getTime() - telemetry.sightedSince.getTime()
      : Number.POSITIVE_INFINITY;

  const services = new Map<string, ServiceState>();
  const spread = new Map(state.spread);
  const hasSpreadDue = isSpreadDue(state, at);
  const buckets = hasSpreadDue ? nextBuckets(state.history, at) : null;
  const samples = new Map<string, readonly Sample[]>();
  const burnOf = (service: string, before: ServiceState, memory: KindMemory): SlowBurn | null => {
    if (!buckets) return before.slowBurn;
    const own = nextSamples(buckets, service, answer.services.get(service));
    if (isSeenIn(own)) samples.set(service, own);
    // While an incident of it is open, nothing is told anew.
    if (before.episodes.get('error_rate')?.hasPaged === true) return null;
    return judgeSlowBurn(buckets.ends, own, memory.error, notUsual(before.guard, before.usualSince));
  };
  const historyFromMs = ((buckets ?? state.history).ends[0] ?? Number.POSITIVE_INFINITY) - BUCKET_MS;
  let hasRemembered = false;
  const sights: ServiceSight[] = [];
  const observations: AnomalyObservation[] = [];
  const closings: AnomalyClosing[] = [];
  const faults: { service: string; error: unknown }[] = [];
  const gaps: DetectionGap[] = [...answer.gaps, ...telemetry.gaps];

  const odd = new Set(answer.gaps.map(({ service }) => service));
  for (const service of new Set([...answer.services.keys(), ...state.services.keys()])) {
    const before = state.services.get(service) ?? NO_SERVICE_STATE;
    if (answer.unjudged?.has(service) === true) {
      if (isMarked(before)) services.set(service, before);
      continue;
    }
    if (odd.has(service)) {
      services.set(service, before);
      continue;
    }
    const counts = answer.services.get(service) ?? unseenService(service);
    const memory = state.spread.get(service) ?? NO_KIND_MEMORY;
    try {
      const advance = advanceService({
        at,
        counts,
        state: before,
        memory,
        slowBurn: burnOf(service, before, memory),
        usualLatency: state.thresholds.get(service) ?? null,
        sightedMs: answer.refused?.has(service) === true ? 0 : sightedMs,
        comparedFrom: new Date(Math.min((counts.buckets?.countedAt ?? at).getTime() - LOOK_BACK_MS, historyFromMs)),
        settings,
        evidence: evidenceOf(service),
      });
      if (isMarked(advance.state)) services.set(service, advance.state);
      // Buckets counted earlier are remembered as they come, each newest one once.
      if ((counts.buckets?.isNewSample ?? hasSpreadDue) && sumOfNewest(counts.slots.lines, SLOT_COUNT) > 0) {
        spread.set(service, remember(memory, advance));
        hasRemembered = true;
      }
      if (answer.services.has(service) && !advance.state.episodes.has('silence')) sights.push(advance.sight);
      observations.push(...advance.observations);
      closings.push(...advance.closings);
    } catch (error) {
      // One odd service must never blind Sentinel to the others.
      faults.push({ service, error });
      services.set(service, before);
      gaps.push({ kind: 'query-failed', service, message: `${service} could not be judged in this check.` });
    }
  }
  if (hasSpreadDue) {
    for (const [service, memory] of state.spread) {
      if (answer.services.has(service)) continue;
      const faded = fade(memory);
      if (faded.error.count < FORGOTTEN_COUNT) spread.delete(service);
      else spread.set(service, faded);
    }
  }
  for (const service of buckets?.known.samples.keys() ?? []) {
    // Of services that were not looked at, the time passes all the same.
    const own = buckets && !samples.has(service) ? nextSamples(buckets, service, undefined) : [];
    if (isSeenIn(own)) samples.set(service, own);
  }
  const lowTraffic = sights
    .filter(({ learningMs }) => learningMs === null)
    .filter(({ smallestRate }) => smallestRate === null || smallestRate > LOW_TRAFFIC_RATE)
    .map(({ service, rows, smallestRate }): Visibility => ({ service, rows, smallestRate }));

  return {
    state: {
      tick: {
        ...state.tick,
        lastTickAt: at,
        spreadAt: hasSpreadDue ? at : state.tick.spreadAt,
        silentSince: telemetry.silentSince,
        sightedSince: telemetry.sightedSince,
        services: answer.services.size,
      },
      thresholds: state.thresholds,
      spread: hasSpreadDue || hasRemembered ? spread : state.spread,
      visibility: hasSpreadDue ? lowTraffic : state.visibility,
      history: buckets ? { ends: buckets.ends, samples } : state.history,
      services,
      large: state.large,
    },
    services: answer.services.size,
    observations,
    closings,
    gaps: [...gaps, ...(telemetry.silentSince ? [] : unjudgeableGaps(sights))],
    faults,
  };
};
