import { describe, expect, it } from 'vitest';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { isAppError } from '#kernel/errors.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { SignalChart } from '#ports/chart-renderer.ts';

const NOW = Date.UTC(2026, 10, 21, 2, 18);
const ONSET = new Date(NOW - 5 * MINUTE_MS);

const chartOf = (change: Partial<SignalChart> = {}): SignalChart => ({
  service: 'payment-service',
  signal: 'error_rate',
  unit: 'percent',
  severity: 'P1',
  points: Array.from({ length: 31 }, (_, index) => {
    const at = new Date(NOW - (30 - index) * MINUTE_MS);
    return { at, value: at < ONSET ? 0.3 : 38, low: 0, high: 0.9, isOutOfBand: at >= ONSET };
  }),
  onsetAt: ONSET,
  value: 38.2,
  sampleSize: 2310,
  sampleMinutes: 5,
  rowUnit: 'requests',
  expected: 0.3,
  recoveredAt: null,
  noDataSince: null,
  ...change,
});

const PNG_SIGNATURE = '89504e470d0a1a0a';
const renderer = createVegaChartRenderer();
const draw = async (change: Partial<SignalChart> = {}): Promise<Buffer> =>
  Buffer.from(await renderer.renderSignal(chartOf(change)));

describe('the signal chart', () => {
  it('is drawn without holding up the event loop', async () => {
    await draw();
    const before = performance.eventLoopUtilization();
    for (let index = 0; index < 10; index += 1) await draw({ value: index });
    expect(performance.eventLoopUtilization(before).utilization).toBeLessThan(0.5);
  });

  it('is drawn for each of many that ask at once, each its own', async () => {
    const values = [1, 2, 3, 4, 5];
    const together = await Promise.all(values.map((value) => draw({ value })));
    expect(new Set(together.map((png) => png.toString('base64'))).size).toBe(values.length);
    expect((await draw({ value: 3 })).equals(together[2] ?? Buffer.alloc(0))).toBe(true);
  });

  it('is a PNG of twice a phone message’s width', async () => {
    const png = await draw();
    expect(png.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE);
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 372]);
    expect(png.length).toBeLessThan(100_000);
  });

  it.each<[string, Partial<SignalChart>]>([
    ['another service', { service: 'order-service' }],
    ['another present value', { value: 12.1 }],
    ['another sample', { sampleSize: 99 }],
    ['another onset', { onsetAt: new Date(ONSET.getTime() - MINUTE_MS) }],
  ])('shows its words as pixels: %s looks different', async (_what, change) => {
    expect((await draw(change)).equals(await draw())).toBe(false);
  });

  it.each<[string, Partial<SignalChart>]>([
    ['recovered', { recoveredAt: new Date(NOW - MINUTE_MS), value: 0.4 }],
    ['without data at the end', { noDataSince: new Date(NOW - 2 * MINUTE_MS) }],
    ['latency', { signal: 'latency', unit: 'milliseconds', value: 4900, expected: 210 }],
    ['P4', { severity: 'P4' }],
  ])('draws the state %s in its own way', async (_what, change) => {
    expect((await draw(change)).equals(await draw())).toBe(false);
  });

  it('draws names that hold markup as text', async () => {
    await expect(draw({ service: '<b>&"evil"' })).resolves.toBeInstanceOf(Buffer);
  });

  it('draws a chart in which nothing was seen', async () => {
    const points = chartOf().points.map((point) => ({ ...point, value: null, isOutOfBand: false }));
    await expect(draw({ points, value: null, noDataSince: ONSET })).resolves.toBeInstanceOf(Buffer);
  });

  it.each([0, 1e-9, 1e12])('draws values around %d', async (value) => {
    const points = chartOf().points.map((point) => ({ ...point, value, high: value }));
    await expect(draw({ points, value, expected: 0 })).resolves.toBeInstanceOf(Buffer);
  });

  it('refuses a chart without a length', async () => {
    const refused = await draw({ points: [] }).catch((error: unknown) => error);
    expect(isAppError(refused) && refused.code).toBe('rejected');
  });
});
