import { describe, expect, it } from 'vitest';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { isAppError } from '#kernel/errors.ts';
import type { CallsChart, CallsRow } from '#ports/chart-renderer.ts';

const rowOf = (change: Partial<CallsRow> = {}): CallsRow => ({
  service: 'gateway',
  calls: 487,
  failed: 0,
  isSampled: false,
  p50Ms: 199,
  p95Ms: 389,
  p99Ms: 4_403,
  ...change,
});

const chartOf = (change: Partial<CallsChart> = {}): CallsChart => ({
  service: 'order-service',
  sample: '488 of about 8,073 traces',
  callers: [rowOf()],
  callees: [rowOf({ service: 'orders-db' }), rowOf({ service: 'payment-service', calls: 12 })],
  ...change,
});

const renderer = createVegaChartRenderer();
const draw = async (change: Partial<CallsChart> = {}): Promise<Buffer> =>
  Buffer.from(await renderer.renderCalls(chartOf(change)));

describe('the picture of the calls around a service', () => {
  it('is a PNG of twice a phone message’s width, and as high as its lines', async () => {
    const png = await draw();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 520]);
    const alone = await draw({ callers: [] });
    expect(alone.readUInt32BE(20)).toBe(428);
  });

  it.each<[string, Partial<CallsChart>]>([
    ['failures', { callers: [rowOf({ failed: 14 })] }],
    ['how many calls there were', { callers: [rowOf({ calls: 3 })] }],
    ['which percentiles a sample supports', { callers: [rowOf({ p99Ms: null })] }],
    ['which are of a sample', { callers: [rowOf({ isSampled: true })] }],
    ['the other direction', { callers: chartOf().callees, callees: chartOf().callers }],
    ['what the numbers stand on', { sample: 'all 8,073 traces' }],
  ])('shows %s', async (_what, change) => {
    expect((await draw(change)).equals(await draw())).toBe(false);
  });

  it('draws names that hold markup', async () => {
    await expect(draw({ service: '<b>&"', callers: [rowOf({ service: '<i>' })] })).resolves.toBeInstanceOf(Buffer);
  });

  it('is refused without calls', async () => {
    const refused = await draw({ callers: [], callees: [] }).catch((error: unknown) => error);
    expect(isAppError(refused) && refused.code).toBe('rejected');
  });
});
