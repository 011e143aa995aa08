import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { drawSignal } from '#adapters/charts/draw-signal.ts';
import { chartAltText } from '#adapters/slack/cards/incident/chart-alt-text.ts';
import { readMatchesChart } from '#capabilities/log-matches/index.ts';
import type { SignalChartRequest } from '#ports/signal-history.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { minutes, observe, seconds, T0 } from '../incidents/support.ts';

let telemetryStore: TelemetryStore;

beforeEach(async () => {
  telemetryStore = await openDuckdbTelemetryStore(
    { clock: { now: () => minutes(90) }, logger: recordingLogger(), metrics: recordingMetrics() },
    { file: ':memory:', dataDirectorySetting: 'none' },
  );
});
afterEach(() => telemetryStore.close());

const store = (service: string, at: Date, isMatch = true) =>
  telemetryStore.append({
    logs: [
      {
        timestampMs: at.getTime(),
        service,
        level: 'error',
        message: 'ERROR x',
        durationMs: null,
        traceId: null,
        spanId: null,
        statusCode: null,
        host: null,
        attributes: isMatch ? { 'sentinel.match': 'ERROR' } : {},
      },
    ],
  });

const request = (lastAt: Date, changes: Partial<SignalChartRequest> = {}): SignalChartRequest => ({
  service: 'payment',
  signal: 'log_match',
  severity: 'P3',
  onsetAt: T0,
  recoveredAt: null,
  noDataSince: null,
  lead: observe('payment', T0, {
    signal: 'log_match',
    k: 4,
    matched: { words: [{ word: 'ERROR', count: 4 }], lastLine: 'ERROR x', lastAt, arrivedAt: lastAt },
  }),
  ...changes,
});

describe('the chart of matching lines', () => {
  beforeEach(async () => {
    for (const at of [T0, seconds(10), seconds(59), seconds(65), seconds(150)]) await store('payment', at);
    await store('payment', seconds(20), false);
    await store('order', seconds(20));
  });

  it('counts them by the minute, up to the minute of the last one', async () => {
    const chart = await readMatchesChart({ telemetryStore }, request(seconds(150)));
    expect(chart?.points).toHaveLength(30);
    expect(chart?.points.slice(-4).map(({ at, value }) => [at, value])).toEqual([
      [T0, 0],
      [minutes(1), 3],
      [minutes(2), 1],
      [minutes(3), 1],
    ]);
    expect([chart?.value, chart?.sampleSize]).toEqual([1, 4]);
  });

  it('is of the last hour of what lasts longer, and shows that it is over', async () => {
    for (const minute of [70, 75, 80]) await store('payment', minutes(minute));
    const chart = await readMatchesChart({ telemetryStore }, request(minutes(80), { recoveredAt: minutes(80) }));
    expect([chart?.points.length, chart?.points.at(-1)?.at, chart?.value]).toEqual([60, minutes(86), 0]);
    if (!chart) throw new Error('there is a chart');
    expect(chartAltText(chart).replaceAll('\u00a0', ' ')).toBe(
      'Line chart: matching lines of payment a minute, at most 1; 4 since 02:13 UTC, none since 03:33 UTC.',
    );
  });

  it('can be drawn', async () => {
    const chart = await readMatchesChart({ telemetryStore }, request(seconds(150)));
    if (!chart) throw new Error('there is a chart');
    const png = Buffer.from(await drawSignal(chart));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  it('is none while the lines are of fewer than three minutes', async () => {
    expect(await readMatchesChart({ telemetryStore }, request(T0, { service: 'search' }))).toBeNull();
    expect(await readMatchesChart({ telemetryStore }, request(seconds(65)))).toBeNull();
  });
});

it('is none where no line was ever marked', async () => {
  await store('payment', T0, false);
  expect(await readMatchesChart({ telemetryStore }, request(T0))).toBeNull();
});
