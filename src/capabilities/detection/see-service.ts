import { MINUTE_MS } from '#kernel/duration.ts';
import type { DetectionSettings } from './detection-settings.ts';
import type { Visibility } from './detection-state.ts';
import type { BaselineFit } from './judge/fit-baseline.ts';
import { learningLeft } from './judge/judge-rate.ts';
import { smallestVisibleRate } from './judge/score-window.ts';
import type { ServiceBaseline } from './judge/service-baseline.ts';
import { type ServiceCounts, totalField } from './judge/service-counts.ts';
import { BASELINE_BUCKETS, BUCKET_MS, sumOfNewest, W3 } from './judge/slots.ts';

export interface ServiceSight extends Visibility {
  /** For how long it is learnt yet; null: it is learnt, or its traffic is too little whatever is learnt. */
  readonly learningMs: number | null;
}

/** A rate above it nobody could miss anyway. */
const JUDGEABLE_RATE = 0.5;
const WINDOWS_PER_BUCKET = BUCKET_MS / (3 * MINUTE_MS);

export const isBlindTo = ({ smallestRate }: Pick<Visibility, 'smallestRate'>): boolean =>
  smallestRate === null || smallestRate > JUDGEABLE_RATE;

/** As if a whole hour had the traffic of the last three minutes. */
const learntFit = (fit: BaselineFit, rows: number): BaselineFit => ({
  ...fit,
  rows: rows * WINDOWS_PER_BUCKET * BASELINE_BUCKETS,
  meanRows: rows * WINDOWS_PER_BUCKET,
});

/** The smallest error rate that would be seen of a service, and whether what is missing is traffic or time. */
export const seeService = (
  counts: ServiceCounts,
  baseline: ServiceBaseline,
  fit: BaselineFit,
  { severityLines: { P2 } }: DetectionSettings,
): ServiceSight => {
  const rows = sumOfNewest(counts.slots[totalField(baseline.unit)], W3.slots);
  const leftMs = learningLeft(baseline);
  // Before the first bucket nobody knows how much traffic it has.
  const hasTraffic = (): boolean =>
    baseline.ageBuckets === 0 || !isBlindTo({ smallestRate: smallestVisibleRate(rows, learntFit(fit, rows), P2) });
  return {
    service: counts.service,
    rows,
    smallestRate: smallestVisibleRate(rows, fit, P2),
    learningMs: leftMs > 0 && hasTraffic() ? leftMs : null,
  };
};
