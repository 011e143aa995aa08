import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { invariant } from '#kernel/invariant.ts';
import { METRICS, type Metrics } from '#ports/metrics.ts';

// From a Slack receipt (milliseconds) to a job at its time limit (minutes).
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export interface PrometheusMetrics extends Metrics {
  readonly contentType: string;
  /** Text exposition format, version 0.0.4. */
  render(): Promise<string>;
}

/** Sentinel's metrics and those of its process, in a registry of their own. */
export const createPrometheusMetrics = (): PrometheusMetrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels }] of Object.entries(METRICS)) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') counters.set(name, new Counter(options));
    else if (kind === 'gauge') gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, buckets: BUCKETS_SECONDS }));
  }
  return {
    contentType: registry.contentType,
    increment: (name, labels = {}, by = 1) => {
      const counter = counters.get(name);
      invariant(counter, `${name} is a counter`);
      counter.inc({ ...labels }, by);
    },
    observe: (name, seconds, labels = {}) => {
      const histogram = histograms.get(name);
      invariant(histogram, `${name} is a histogram`);
      histogram.observe({ ...labels }, seconds);
    },
    set: (name, value, labels = {}) => {
      const gauge = gauges.get(name);
      invariant(gauge, `${name} is a gauge`);
      gauge.set({ ...labels }, value);
    },
    render: () => registry.metrics(),
  };
};
