import { describe, expect, it } from 'vitest';
import { FAILED_COLOUR, PALETTE } from '#adapters/charts/palette.ts';
import { createVegaChartRenderer } from '#adapters/charts/vega-chart-renderer.ts';
import { waterfallSpec } from '#adapters/charts/waterfall-spec.ts';
import { isAppError } from '#kernel/errors.ts';
import type { WaterfallChart, WaterfallSpan } from '#ports/chart-renderer.ts';

const spanOf = (change: Partial<WaterfallSpan> = {}): WaterfallSpan => ({
  service: 'gateway',
  name: 'POST /checkout',
  depth: 0,
  fromMs: 0,
  durationMs: 4912,
  isError: false,
  isCritical: true,
  critical: [{ fromMs: 0, toMs: 4912 }],
  ...change,
});

const CHILD = spanOf({ service: 'orders', depth: 1, fromMs: 20, durationMs: 800, isCritical: false, critical: [] });

const chartOf = (change: Partial<WaterfallChart> = {}): WaterfallChart => ({
  title: 'Trace 4bf92f35…',
  durationMs: 4912,
  isError: false,
  totalSpans: 2,
  spans: [spanOf(), CHILD],
  folded: [],
  ...change,
});

const renderer = createVegaChartRenderer();
const draw = async (change: Partial<WaterfallChart> = {}): Promise<Buffer> =>
  Buffer.from(await renderer.renderWaterfall(chartOf(change)));
const sizeOf = (png: Buffer) => [png.readUInt32BE(16), png.readUInt32BE(20)];

describe('the waterfall', () => {
  it('is a PNG of twice a phone message’s width, and as high as its lines', async () => {
    expect(sizeOf(await draw())).toEqual([720, 292]);
    const many = Array.from({ length: 38 }, (_, at) => spanOf({ depth: at, fromMs: at * 100, durationMs: 500 }));
    const folded = [
      { service: null, count: 1_200, errors: 3 },
      { service: 'mail', count: 40, errors: 0 },
    ];
    expect(sizeOf(await draw({ spans: many, folded, totalSpans: 1_278 }))).toEqual([720, 2_344]);
  });

  it.each<[string, Partial<WaterfallChart>]>([
    ['a failed span', { spans: [spanOf(), { ...CHILD, isError: true }] }],
    [
      'another critical path',
      { spans: [spanOf(), { ...CHILD, isCritical: true, critical: [{ fromMs: 20, toMs: 820 }] }] },
    ],
    ['another service of the same length of name', { spans: [spanOf(), { ...CHILD, service: 'gatewa' }] }],
    ['what was folded', { folded: [{ service: 'mail', count: 7, errors: 0 }] }],
    ['a failed trace', { isError: true }],
    ['how many spans there are', { totalSpans: 90 }],
  ])('shows %s', async (_what, change) => {
    expect((await draw(change)).equals(await draw())).toBe(false);
  });

  it('has red bars of what failed and grey ones of the rest', () => {
    const spans = [spanOf(), { ...CHILD, isError: true }, { ...CHILD, service: 'mail' }];
    const spec = JSON.stringify(waterfallSpec(chartOf({ spans })));
    expect([...spec.matchAll(/"colour":"(#\w+)","opacity"/gu)].map(([, colour]) => colour)).toEqual([
      PALETTE.dim,
      FAILED_COLOUR,
      PALETTE.dim,
    ]);
  });

  it('draws names that hold markup, and spans without any duration', async () => {
    await expect(
      draw({ title: '<b>&"', spans: [spanOf({ name: '<script>&"', service: '' })] }),
    ).resolves.toBeInstanceOf(Buffer);
    await expect(draw({ durationMs: 0, spans: [spanOf({ durationMs: 0, critical: [] })] })).resolves.toBeInstanceOf(
      Buffer,
    );
  });

  it('is refused without spans', async () => {
    const refused = await draw({ spans: [] }).catch((error: unknown) => error);
    expect(isAppError(refused) && refused.code).toBe('rejected');
  });
});
