import type { AnomalyObservation, Evidence } from '#kernel/anomaly.ts';
import { severityOfScore } from '#kernel/severity.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Episode } from './advance-episode.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { RateJudgement } from './judge-rate.ts';
import type { SilenceJudgement } from './judge-silence.ts';
import { expectedRates } from './score-window.ts';
import type { ServiceBaseline, UsualLatency } from './service-baseline.ts';
import { totalField } from './service-counts.ts';

interface Observed {
  readonly service: string;
  readonly episode: Episode;
  readonly baseline: ServiceBaseline;
  readonly window: TimeWindow;
  readonly evidence: Evidence;
}

export const observeRate = (
  signal: 'error_rate' | 'latency',
  { service, episode, baseline, window, evidence }: Observed,
  judgement: RateJudgement,
  usualLatency: UsualLatency | null,
): AnomalyObservation => ({
  service,
  signal,
  score: judgement.score,
  severity: judgement.severity,
  isPaging: judgement.isPaging,
  heldBy: judgement.heldBy,
  isFailingNow: judgement.isFailingNow,
  isLargeEnough: judgement.isLargeEnough,
  isLearning: judgement.isLearning,
  onsetAt: episode.onsetAt,
  window,
  k: judgement.k,
  n: judgement.n,
  baselineRate: judgement.fit.p,
  baselineBuckets: judgement.fit.bucketsKept,
  expected: expectedRates(judgement.n, judgement.fit),
  unit: baseline.unit,
  usualP99Ms: signal === 'latency' ? (usualLatency?.p99Ms ?? null) : null,
  usualP50Ms: signal === 'latency' ? (usualLatency?.p50Ms ?? null) : null,
  latencyKind: judgement.fit.kind === 'error' ? null : judgement.fit.kind,
  lastSeenAt: null,
  evidence,
});

export const observeSilence = (
  { service, episode, baseline, window, evidence }: Observed,
  judgement: SilenceJudgement,
  isPaging: boolean,
  { severityLines }: DetectionSettings,
): AnomalyObservation => ({
  service,
  signal: 'silence',
  score: judgement.score,
  severity: severityOfScore(judgement.score, severityLines),
  isPaging,
  heldBy: null,
  isFailingNow: judgement.state === 'silent',
  isLargeEnough: true,
  isLearning: false,
  onsetAt: episode.onsetAt,
  window,
  k: 0,
  n: 0,
  baselineRate: 0,
  baselineBuckets: baseline.buckets[totalField(baseline.unit)].filter((rows) => rows > 0).length,
  expected: { low: 0, high: 0 },
  unit: baseline.unit,
  usualP99Ms: null,
  usualP50Ms: null,
  latencyKind: null,
  lastSeenAt: episode.lastSeenAt,
  evidence,
});
