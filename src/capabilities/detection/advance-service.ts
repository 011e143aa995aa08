import type { AnomalyClosing, AnomalyObservation, EndedAnomaly, Evidence, JudgedSignal } from '#kernel/anomaly.ts';
import { SENTINEL } from '#kernel/actor.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import { windowBefore } from '#kernel/time-window.ts';
import { advanceEpisode, type Episode, type EpisodeReading, type EpisodeStep } from './advance-episode.ts';
import { advanceGuard } from './advance-guard.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { ServiceState } from './detection-state.ts';
import { rememberUnusual, repeatsEachHour } from './judge/hourly-pattern.ts';
import { judgeErrorRate, judgeLatency, type KindMemory, type RateJudgement } from './judge/judge-rate.ts';
import { acceptService, hasBecomeUsual } from './new-normal.ts';
import { judgeSilence, linesForSilence, type SilenceJudgement } from './judge/judge-silence.ts';
import { observeRate, observeSilence } from './observe-anomaly.ts';
import { HELD_BY_QUIET, QUIET_TICKS, type ScoredWindow } from './judge/page-rules.ts';
import {
  NO_GUARD,
  notUsual,
  selectBaseline,
  type ServiceBaseline,
  type UsualLatency,
} from './judge/service-baseline.ts';
import { evidenceOfBurn, SLOW_BURN_WORDS, type SlowBurn } from './judge/slow-burn.ts';
import { baselineOfEvidence, withBaseline } from './service-evidence.ts';
import { type ServiceSight, seeService } from './see-service.ts';
import { type ServiceCounts, totalField } from './judge/service-counts.ts';
import { CURRENT_MS, LOOK_BACK_MS, SLOT_COUNT, sumOfNewest, W5 } from './judge/slots.ts';

/** Everything of one service that a tick looks at. */
export interface ServiceTick {
  readonly at: Date;
  readonly counts: ServiceCounts;
  readonly state: ServiceState;
  readonly memory: KindMemory;
  readonly slowBurn: SlowBurn | null;
  readonly usualLatency: UsualLatency | null;
  /** How long back silence means something; 0 while nothing is seen from anybody. */
  readonly sightedMs: number;
  /** The oldest moment that anything of now is compared with. */
  readonly comparedFrom: Date;
  readonly settings: DetectionSettings;
  readonly evidence: Evidence;
}

export interface ServiceAdvance {
  readonly state: ServiceState;
  readonly baseline: ServiceBaseline;
  readonly errorRate: RateJudgement;
  readonly latency: RateJudgement | null;
  readonly sight: ServiceSight;
  readonly observations: readonly AnomalyObservation[];
  readonly closings: readonly AnomalyClosing[];
}

// The longest span that silence is judged over.
const UNSEEN_MS = 10 * MINUTE_MS;

type Tally = Pick<EndedAnomaly, 'k' | 'n' | 'latencyKind'>;

const NOTHING_READ: Omit<EpisodeReading, 'calm' | 'isGone'> = {
  isOpening: false,
  isPaging: false,
  hasPassed: false,
  onset: { at: new Date(0), isWithinView: false },
  endedAt: null,
  lastSeenAt: null,
};

/** What the preset makes of a judgement: quiet, it asks for two of the last three ticks unless the fault is gross. */
const byPreset = (
  judgement: RateJudgement,
  episode: Episode | undefined,
  { preset }: DetectionSettings,
): RateJudgement => {
  if (preset === 'normal' || !judgement.isPaging || judgement.isGross || episode?.hasPaged === true) return judgement;
  const passed = 1 + (episode?.passed ?? []).filter(Boolean).length;
  if (passed >= QUIET_TICKS.least) return judgement;
  return { ...judgement, isPaging: false, severity: 'P3', heldBy: HELD_BY_QUIET };
};

const isUnseen = ({ slots }: ServiceCounts): boolean => sumOfNewest(slots.lines, SLOT_COUNT) === 0;

const isBelowP3 = ({ severity }: RateJudgement): boolean => severity === null || severity === 'P4';

/** A slow burn is a P3 that wakes nobody. */
const burningRate = (judgement: RateJudgement, { score, k, n, fit }: SlowBurn): RateJudgement => ({
  ...judgement,
  score,
  severity: 'P3',
  heldBy: SLOW_BURN_WORDS,
  isLargeEnough: true,
  isFailingNow: true,
  calm: 'lasting',
  fit,
  k,
  n,
});

/** A new normal of which no bucket is counted yet: there is nothing to compare with. */
const isBeforeFirstBucket = ({ usualSince }: ServiceState, { hasNewestBucket, buckets, unit }: ServiceBaseline) =>
  usualSince !== null && !hasNewestBucket && buckets[totalField(unit)].every((rows) => rows === 0);

const withheld = (judgement: RateJudgement): RateJudgement => ({
  ...judgement,
  score: 0,
  severity: null,
  isPaging: false,
  isGross: false,
  heldBy: null,
  isLargeEnough: false,
  isFailingNow: false,
  windows: [],
});

const readRate = (judgement: RateJudgement, hasPassed: boolean, { at, counts }: ServiceTick): EpisodeReading => ({
  isOpening: judgement.severity !== null,
  isPaging: judgement.isPaging,
  hasPassed,
  calm: judgement.calm,
  onset: { at: addMs(at, -judgement.onset.ageMs), isWithinView: judgement.onset.isWithinView },
  endedAt: addMs(at, -judgement.endAgeMs),
  lastSeenAt: null,
  isGone: isUnseen(counts),
});

const readSilence = (judgement: SilenceJudgement, isPaging: boolean, tick: ServiceTick): EpisodeReading => {
  const { at, counts, sightedMs } = tick;
  const isGone = isUnseen(counts) && sightedMs >= LOOK_BACK_MS;
  return {
    // Against a frozen baseline, what is gone for good would fall silent for ever.
    isOpening: isPaging && !isGone,
    isPaging,
    hasPassed: isPaging,
    calm: judgement.state === 'unknown' ? 'no-data' : judgement.state === 'seen' ? 'quiet' : 'lasting',
    onset: { at: counts.lastSeenAt ?? addMs(at, -UNSEEN_MS), isWithinView: true },
    endedAt: null,
    lastSeenAt: counts.lastSeenAt,
    isGone,
  };
};

/** Judges one service and moves its episodes and its baseline guard on by one tick. */
export const advanceService = (tick: ServiceTick): ServiceAdvance => {
  const { at, counts, state, memory } = tick;
  if (!hasBecomeUsual(state, counts, memory, at)) return judgeService(tick);
  const accepted = acceptService(counts.service, state, at, SENTINEL);
  const advance = judgeService({ ...tick, state: accepted.state, slowBurn: null });
  return { ...advance, closings: [...accepted.closings, ...advance.closings] };
};

const judgeService = (tick: ServiceTick): ServiceAdvance => {
  const { at, counts, state, settings } = tick;
  const baseline = selectBaseline(counts, state.guard, at, state.usualSince);
  const usualLatency = state.guard.frozen ? state.guard.frozen.usualLatency : tick.usualLatency;
  const isRepeated = (scored: ScoredWindow): boolean =>
    state.unusual.length > 0 && repeatsEachHour(state.unusual, scored, at);
  const judgedErrors = judgeErrorRate(counts, baseline, tick.memory, settings, isRepeated);
  const errorRate = isBeforeFirstBucket(state, baseline) ? withheld(judgedErrors) : judgedErrors;
  const latency = usualLatency ? judgeLatency(counts, baseline, tick.memory, settings, isRepeated) : null;
  const silence = judgeSilence(
    linesForSilence(counts, at),
    baseline.buckets.lines,
    baseline.hasNewestBucket,
    tick.sightedMs,
  );
  const isSilencePaging = silence.score >= settings.severityLines.P2;

  const evidence = withBaseline(
    tick.evidence,
    baseline,
    state.guard.frozen,
    notUsual(state.guard, state.usualSince),
    counts.buckets?.countedAt ?? at,
  );
  const window = windowBefore(at, CURRENT_MS);
  const episodes = new Map<JudgedSignal, Episode>();
  const observations: AnomalyObservation[] = [];
  const closings: AnomalyClosing[] = [];
  /** The episode as far as it goes on. */
  const advance = (signal: JudgedSignal, reading: EpisodeReading, tally: Tally): Episode | null => {
    const step: EpisodeStep = advanceEpisode(state.episodes.get(signal) ?? null, reading, at);
    if (step.kind === 'closed') {
      const { quietSince, isGone } = step;
      closings.push({ service: counts.service, signal, quietSince, isGone, window, evidence, ...tally });
    }
    if (step.kind !== 'open') return null;
    episodes.set(signal, step.episode);
    return step.episode;
  };
  const take = (
    signal: JudgedSignal,
    reading: EpisodeReading,
    tally: Tally,
    observe: (episode: Episode) => AnomalyObservation,
  ): void => {
    const episode = advance(signal, reading, tally);
    if (episode) observations.push(observe(episode));
  };
  // A page that cannot be judged in this tick is neither calm nor worse: it waits. What woke nobody ends quietly.
  const wait = (signal: JudgedSignal): void => {
    const episode = state.episodes.get(signal);
    if (!episode) return;
    const calm = episode.hasPaged ? 'no-data' : 'quiet';
    advance(signal, { ...NOTHING_READ, calm, isGone: isUnseen(counts) }, { k: 0, n: 0, latencyKind: null });
  };
  const observed = (episode: Episode) => ({
    intervalMs: settings.intervalMs,
    service: counts.service,
    episode,
    baseline,
    window,
    evidence,
  });

  const takeBurn = (burn: SlowBurn): void => {
    const judgement = burningRate(errorRate, burn);
    const { k, n, window: halfHour } = burn;
    const reading = { ...readRate(judgement, false, tick), onset: { at: burn.since, isWithinView: true } };
    take('error_rate', reading, { k, n, latencyKind: null }, (episode) => {
      const shown = { ...observed(episode), window: halfHour, evidence: evidenceOfBurn(tick.evidence, burn) };
      return { ...observeRate('error_rate', shown, judgement, usualLatency), isSlowBurn: true };
    });
  };
  const takeRate = (signal: 'error_rate' | 'latency', judged: RateJudgement): void => {
    const judgement = byPreset(judged, state.episodes.get(signal), settings);
    const burn = signal === 'error_rate' && isBelowP3(judgement) ? tick.slowBurn : null;
    if (burn) {
      takeBurn(burn);
      return;
    }
    const { k, n, fit } = judgement;
    const latencyKind = fit.kind === 'error' ? null : fit.kind;
    take(signal, readRate(judgement, judged.isPaging, tick), { k, n, latencyKind }, (episode) =>
      observeRate(signal, observed(episode), judgement, usualLatency),
    );
  };
  takeRate('error_rate', errorRate);
  if (latency) takeRate('latency', latency);
  else wait('latency');
  take(
    'silence',
    readSilence(silence, isSilencePaging, tick),
    { k: 0, n: sumOfNewest(counts.slots[totalField(baseline.unit)], W5.slots), latencyKind: null },
    (episode) => observeSilence(observed(episode), silence, isSilencePaging, settings),
  );

  const isLatched = [...episodes.values()].some(({ hasPaged }) => hasPaged);
  const guard = advanceGuard(
    state.guard,
    baseline,
    usualLatency,
    isLatched,
    at,
    counts.buckets?.countedAt,
    baselineOfEvidence(evidence),
  );
  return {
    state: {
      guard: isUnseen(counts) && episodes.size === 0 ? NO_GUARD : guard,
      episodes,
      slowBurn: tick.slowBurn,
      unusual: rememberUnusual(state.unusual, [...errorRate.windows, ...(latency?.windows ?? [])], at),
      usualSince: state.usualSince && state.usualSince > tick.comparedFrom ? state.usualSince : null,
    },
    baseline,
    errorRate,
    latency,
    sight: seeService(counts, baseline, errorRate.fit, settings),
    observations,
    closings,
  };
};
