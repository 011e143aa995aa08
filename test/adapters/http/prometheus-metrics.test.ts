import { expect, test } from 'vitest';
import { createPrometheusMetrics } from '#adapters/http/prometheus-metrics.ts';
import { METRICS } from '#ports/metrics.ts';

const linesOf = async (metrics: ReturnType<typeof createPrometheusMetrics>, name: string): Promise<string[]> =>
  (await metrics.render()).split('\n').filter((line) => line.startsWith(name));

test('counts by label, once by default', async () => {
  const metrics = createPrometheusMetrics();
  metrics.increment('sentinel_detection_ticks_total', { outcome: 'done' });
  metrics.increment('sentinel_detection_ticks_total', { outcome: 'done' }, 4);
  metrics.increment('sentinel_detection_ticks_total', { outcome: 'failed' });
  expect(await linesOf(metrics, 'sentinel_detection_ticks_total')).toEqual([
    'sentinel_detection_ticks_total{outcome="done"} 5',
    'sentinel_detection_ticks_total{outcome="failed"} 1',
  ]);
});

test('keeps the last value of a gauge', async () => {
  const metrics = createPrometheusMetrics();
  metrics.set('sentinel_queue_depth', 7, { queue: 'slack', state: 'waiting' });
  metrics.set('sentinel_queue_depth', 2, { queue: 'slack', state: 'waiting' });
  expect(await linesOf(metrics, 'sentinel_queue_depth')).toEqual([
    'sentinel_queue_depth{queue="slack",state="waiting"} 2',
  ]);
});

test('puts seconds into buckets from milliseconds to minutes', async () => {
  const metrics = createPrometheusMetrics();
  metrics.observe('sentinel_slack_receipt_seconds', 0.007, { kind: 'command' });
  const lines = await linesOf(metrics, 'sentinel_slack_receipt_seconds');
  expect(lines).toContain('sentinel_slack_receipt_seconds_bucket{le="0.005",kind="command"} 0');
  expect(lines).toContain('sentinel_slack_receipt_seconds_bucket{le="0.01",kind="command"} 1');
  expect(lines).toContain('sentinel_slack_receipt_seconds_bucket{le="120",kind="command"} 1');
  expect(lines).toContain('sentinel_slack_receipt_seconds_count{kind="command"} 1');
});

test('serves every metric of Sentinel with its help, and those of the process', async () => {
  const text = await createPrometheusMetrics().render();
  for (const [name, { help, kind }] of Object.entries(METRICS)) {
    expect(text).toContain(`# HELP ${name} ${help}`);
    expect(text).toContain(`# TYPE ${name} ${kind}`);
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
});

test('keeps two registries apart', async () => {
  const [one, other] = [createPrometheusMetrics(), createPrometheusMetrics()];
  one.set('sentinel_services_watched', 5);
  expect(await linesOf(other, 'sentinel_services_watched')).toEqual(['sentinel_services_watched 0']);
});
