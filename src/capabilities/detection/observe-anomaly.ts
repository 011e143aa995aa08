import type { AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { addMs } from '#kernel/duration.ts';
import { severityOfScore } from '#kernel/severity.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { type Episode, QUIET_TICKS_TO_CLOSE } from './advance-episode.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { RateJudgement } from './judge/judge-rate.ts';
import type { SilenceJudgement } from './judge/judge-silence.ts';
import { expectedRates } from './judge/score-window.ts';
import type { ServiceBaseline, UsualLatency } from './judge/service-baseline.ts';
import { totalField } from './judge/service-counts.ts';

interface Observed {
  readonly intervalMs: number;
  readonly service: string;
  readonly episode: Episode;
  readonly baseline: ServiceBaseline;
  readonly window: TimeWindow;
  readonly evidence: Evidence;
}

const calmOf = ({ episode, window, intervalMs }: Observed): AnomalyObservation['calm'] =>
  episode.quietSince === null
    ? null
    : {
        since: episode.quietSince,
        closesAt: addMs(window.to, (QUIET_TICKS_TO_CLOSE - episode.quietTicks) * intervalMs),
      };

export const observeRate = (
  signal: 'error_rate' | 'latency',
  observed: Observed,
  judgement: RateJudgement,
  usualLatency: UsualLatency | null,
): AnomalyObservation => ({
  service: observed.service,
  signal,
  score: judgement.score,
  severity: judgement.severity,
  isPaging: judgement.isPaging,
  heldBy: judgement.heldBy,
  isFailingNow: judgement.isFailingNow,
  isLargeEnough: judgement.isLargeEnough,
  isLearning: judgement.isLearning,
  onsetAt: observed.episode.onsetAt,
  window: observed.window,
  k: judgement.k,
  n: judgement.n,
  lastMinute: judgement.lastMinute,
  calm: calmOf(observed),
  baselineRate: judgement.fit.p,
  baselineBuckets: judgement.fit.bucketsKept,
  expected: expectedRates(judgement.n, judgement.fit),
  unit: observed.baseline.unit,
  usualP99Ms: signal === 'latency' ? (usualLatency?.p99Ms ?? null) : null,
  usualP50Ms: signal === 'latency' ? (usualLatency?.p50Ms ?? null) : null,
  latencyKind: judgement.fit.kind === 'error' ? null : judgement.fit.kind,
  lastSeenAt: null,
  evidence: observed.evidence,
});

export const observeSilence = (
  observed: Observed,
  judgement: SilenceJudgement,
  isPaging: boolean,
  { severityLines }: DetectionSettings,
): AnomalyObservation => ({
  service: observed.service,
  signal: 'silence',
  score: judgement.score,
  severity: severityOfScore(judgement.score, severityLines),
  isPaging,
  heldBy: null,
  isFailingNow: judgement.state === 'silent',
  isLargeEnough: true,
  isLearning: false,
  onsetAt: observed.episode.onsetAt,
  window: observed.window,
  k: 0,
  n: 0,
  lastMinute: null,
  calm: calmOf(observed),
  baselineRate: 0,
  baselineBuckets: observed.baseline.buckets[totalField(observed.baseline.unit)].filter((rows) => rows > 0).length,
  expected: { low: 0, high: 0 },
  unit: observed.baseline.unit,
  usualP99Ms: null,
  usualP50Ms: null,
  latencyKind: null,
  lastSeenAt: observed.episode.lastSeenAt,
  evidence: observed.evidence,
});
