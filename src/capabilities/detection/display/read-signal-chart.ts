import type { AnomalyObservation } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { invariant } from '#kernel/invariant.ts';
import type { SignalChart, SignalPoint } from '#ports/chart-renderer.ts';
import type { SignalChartRequest } from '#ports/signal-history.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { median, quantile } from '#statistics/quantiles.ts';
import type { DetectionSettings } from '../detection-settings.ts';
import { type BaselineFit, fitBaseline, type Sample } from '../judge/fit-baseline.ts';
import { type MinuteCounts, readMinuteCounts } from './minute-counts.ts';
import { expectedRates } from '../judge/score-window.ts';
import { BASELINE_BUCKETS } from '../judge/slots.ts';

interface Deps {
  readonly clock: Clock;
  readonly telemetryStore: TelemetryStore;
  readonly settings: DetectionSettings;
}

const SHOWN_BEFORE_ONSET_MS = 25 * MINUTE_MS;
const LEAST_SHOWN_MS = 30 * MINUTE_MS;
const MOST_SHOWN_AFTER_ONSET_MS = 60 * MINUTE_MS;
const BASELINE_MS = 60 * MINUTE_MS;
// The onset is an estimate: the minute before it does not count as usual.
const BASELINE_ENDS_BEFORE_ONSET_MS = MINUTE_MS;
const BUCKET_MINUTES = 5;
const LEAST_BASELINE_MINUTES = 5;
const BAND = { low: 0.05, high: 0.95 } as const;

interface Minutes {
  readonly baseline: readonly MinuteCounts[];
  readonly shown: readonly MinuteCounts[];
}

const readMinutes = async (
  { clock, telemetryStore, settings }: Deps,
  request: SignalChartRequest,
): Promise<Minutes> => {
  const onsetMs = request.onsetAt.getTime();
  // While it lasts, the chart's last minute is the one that the card tells of.
  const isLasting = request.recoveredAt === null && request.noDataSince === null && request.lead.isSlowBurn !== true;
  const endMs = isLasting ? request.lead.window.to.getTime() : clock.now().getTime() - settings.lagMs;
  const toMs = Math.min(endMs, onsetMs + MOST_SHOWN_AFTER_ONSET_MS);
  const shownFromMs = Math.min(onsetMs - SHOWN_BEFORE_ONSET_MS, toMs - LEAST_SHOWN_MS);
  const baselineToMs = onsetMs - BASELINE_ENDS_BEFORE_ONSET_MS;
  const wantedMs = toMs - Math.min(shownFromMs, baselineToMs - BASELINE_MS);
  const from = new Date(toMs - Math.ceil(wantedMs / MINUTE_MS) * MINUTE_MS);
  const minutes = await readMinuteCounts(
    telemetryStore,
    request.service,
    { from, to: new Date(toMs) },
    settings.failedExpression,
  );
  return {
    baseline: minutes.filter(({ at }) => at.getTime() <= baselineToMs),
    shown: minutes.filter(({ at }) => at.getTime() > shownFromMs),
  };
};

const sampleOf = (minute: MinuteCounts, unit: AnomalyObservation['unit']): Sample =>
  unit === 'requests' ? { k: minute.failed, n: minute.requests } : { k: minute.errorLines, n: minute.lines };

const fitMinutes = (minutes: readonly MinuteCounts[], unit: AnomalyObservation['unit']): BaselineFit => {
  const newestFirst = minutes.toReversed().map((minute) => sampleOf(minute, unit));
  const buckets = Array.from({ length: BASELINE_BUCKETS }, (_, bucket) =>
    newestFirst
      .slice(bucket * BUCKET_MINUTES, (bucket + 1) * BUCKET_MINUTES)
      .reduce((sum, { k, n }) => ({ k: sum.k + k, n: sum.n + n }), { k: 0, n: 0 }),
  );
  return fitBaseline('error', buckets);
};

const toPercent = (rate: number): number => 100 * rate;

const errorPoints = ({ baseline, shown }: Minutes, unit: AnomalyObservation['unit']): readonly SignalPoint[] => {
  const fit = fitMinutes(baseline, unit);
  const usualRows = Math.round(fit.meanRows / BUCKET_MINUTES);
  return shown.map((minute) => {
    const { k, n } = sampleOf(minute, unit);
    const { low, high } = expectedRates(n > 0 ? n : usualRows, fit);
    return {
      at: minute.at,
      value: n > 0 ? toPercent(k / n) : null,
      low: toPercent(low),
      high: toPercent(high),
      isOutOfBand: n > 0 && k / n > high,
    };
  });
};

const latencyPoints = ({ baseline, shown }: Minutes): readonly SignalPoint[] | null => {
  const usual = baseline.flatMap(({ p99Ms }) => p99Ms ?? []);
  const low = quantile(usual, BAND.low);
  const high = quantile(usual, BAND.high);
  if (low === null || high === null || usual.length < LEAST_BASELINE_MINUTES) return null;
  return shown.map(({ at, p99Ms }) => ({ at, value: p99Ms, low, high, isOutOfBand: p99Ms !== null && p99Ms > high }));
};

const common = ({ service, severity, onsetAt, recoveredAt, noDataSince, lead }: SignalChartRequest) => ({
  service,
  severity,
  onsetAt,
  recoveredAt,
  noDataSince,
  rowUnit: lead.unit,
});

/**
 * A judged lead signal per minute against its expected band: 25 min before the onset until now,
 * at least 30 min, at most 60 min after the onset. Minutes without rows are null. Null where
 * there is nothing to draw. Throws AppError if the telemetry store does not answer.
 */
export const readSignalChart = async (deps: Deps, request: SignalChartRequest): Promise<SignalChart | null> => {
  invariant(request.signal !== 'log_match', 'matching lines have no expected band');
  const minutes = await readMinutes(deps, request);
  const { lead } = request;
  if (request.signal === 'error_rate') {
    const points = errorPoints(minutes, lead.unit);
    if (points.every(({ value }) => value === null)) return null;
    return {
      ...common(request),
      signal: 'error_rate',
      unit: 'percent',
      points,
      value: points.findLast(({ value }) => value !== null)?.value ?? null,
      sampleSize: minutes.shown.map((minute) => sampleOf(minute, lead.unit).n).findLast((n) => n > 0) ?? 0,
      sampleMinutes: 1,
      expected: toPercent(lead.baselineRate),
    };
  }
  const points = latencyPoints(minutes);
  if (!points || points.every(({ value }) => value === null)) return null;
  const last = minutes.shown.findLast(({ p99Ms }) => p99Ms !== null);
  return {
    ...common(request),
    signal: 'latency',
    unit: 'milliseconds',
    points,
    value: last?.p99Ms ?? null,
    sampleSize: last?.requests ?? 0,
    sampleMinutes: 1,
    expected: lead.usualP99Ms ?? median(minutes.baseline.flatMap(({ p99Ms }) => p99Ms ?? [])) ?? 0,
  };
};
