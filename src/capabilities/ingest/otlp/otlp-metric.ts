import type { MetricPoint } from '#ports/telemetry-store.ts';
import { type OtlpOrigin, setAttribute } from './otlp-origin.ts';
import type { OtlpValue } from './otlp-value.ts';

export type MetricType = 'gauge' | 'sum' | 'histogram' | 'exponential_histogram' | 'summary';

/** What a Metric says of all of its points. */
export interface MetricDraft {
  name: string;
  unit: string;
  type: MetricType;
  /** By the numbers of AggregationTemporality: 0 is none, 1 delta, 2 cumulative. */
  temporality: number;
  isMonotonic: boolean;
}

/** What a data point says, as it is read. Null: absent. */
export interface PointDraft {
  timeMs: number;
  /** Of gauges and sums. */
  value: number | null;
  count: number;
  sum: number | null;
  min: number | null;
  max: number | null;
  readonly quantiles: { quantile: number; value: number }[];
  flags: number;
  readonly attributes: Record<string, string>;
}

const TEMPORALITIES = [null, 'delta', 'cumulative'] as const;
const NO_RECORDED_VALUE = 1;

export const createMetricDraft = (): MetricDraft => ({
  name: '',
  unit: '',
  type: 'gauge',
  temporality: 0,
  isMonotonic: false,
});

export const createPointDraft = (origin: OtlpOrigin): PointDraft => ({
  timeMs: 0,
  value: null,
  count: 0,
  sum: null,
  min: null,
  max: null,
  quantiles: [],
  flags: 0,
  attributes: { ...origin.attributes },
});

export const takePointAttribute = (draft: PointDraft, name: string, value: OtlpValue): void =>
  setAttribute(draft.attributes, name, value);

const kindAttributes = (metric: MetricDraft): Readonly<Record<string, string>> => {
  const temporality = TEMPORALITIES[metric.temporality] ?? null;
  return {
    'metric.type': metric.type,
    ...(temporality === null ? {} : { 'metric.temporality': temporality }),
    ...(metric.type === 'sum' ? { 'metric.is_monotonic': String(metric.isMonotonic) } : {}),
  };
};

/**
 * The rows of a data point. A gauge or a sum is one, under the metric's name. Distributions are
 * reduced: `<name>.count`, `.sum`, `.min`, `.max`, and `.quantile` for each quantile of a summary.
 * What is no number of a distribution is left out. A point that says that nothing was recorded has none.
 * Each row has a copy of the attributes: whoever takes them may stop.
 */
export const toMetricRows = function* (
  origin: OtlpOrigin,
  metric: MetricDraft,
  point: PointDraft,
  receivedMs: number,
): Generator<MetricPoint, void> {
  if ((point.flags & NO_RECORDED_VALUE) !== 0) return;
  const attributes = Object.assign(point.attributes, kindAttributes(metric));
  const unit = metric.unit === '' ? null : metric.unit;
  const row = (name: string, value: number, own: MetricPoint['attributes'] = attributes): MetricPoint => ({
    timestampMs: point.timeMs || receivedMs,
    name,
    value,
    unit: name === `${metric.name}.count` && metric.type !== 'gauge' && metric.type !== 'sum' ? null : unit,
    service: origin.service,
    attributes: own,
  });
  if (metric.type === 'gauge' || metric.type === 'sum') {
    yield row(metric.name, point.value ?? Number.NaN);
    return;
  }
  const reductions = [
    ['count', point.count],
    ['sum', point.sum],
    ['min', point.min],
    ['max', point.max],
  ] as const;
  // Of a window without observations the quantiles are NaN, and the rest of the point is right.
  for (const [suffix, value] of reductions) {
    if (value !== null && Number.isFinite(value)) yield row(`${metric.name}.${suffix}`, value);
  }
  for (const { quantile, value } of point.quantiles) {
    if (Number.isFinite(value))
      yield row(`${metric.name}.quantile`, value, { ...attributes, quantile: String(quantile) });
  }
};
