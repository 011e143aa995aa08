import { join } from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { ChartRenderer, SignalChart } from '#ports/chart-renderer.ts';
import { describePresent, describeSample, describeTitle } from './chart-words.ts';
import { PALETTE, SEVERITY_COLOUR } from './palette.ts';
import { wrapInPanel } from './panel.ts';
import { signalSpec } from './signal-spec.ts';

// resvg drops text without a word if it has no font, so ours come along.
const FONT_FILES = ['Inter_400Regular.ttf', 'Inter_600SemiBold.ttf'].map((name) =>
  join(import.meta.dirname, 'fonts', name),
);
const SCALE = 2;
const FEWEST_POINTS = 2;

/** Vega-Lite for the plot, resvg for the pixels; nothing leaves the process. */
export const createVegaChartRenderer = (): ChartRenderer => ({
  renderSignal: async (chart) => {
    if (chart.points.length < FEWEST_POINTS) throw notDrawn(new Error(`${chart.points.length} points`));
    try {
      return await renderPng(wrapInPanel(await drawPlot(chart), wordsOf(chart)));
    } catch (error) {
      throw notDrawn(error);
    }
  },
});

const notDrawn = (cause: unknown): AppError =>
  new AppError({ code: 'rejected', isRetryable: false, userMessage: 'The chart could not be drawn.', cause });

const wordsOf = (chart: SignalChart) => {
  const isRecovered = chart.recoveredAt !== null;
  const presentColour = isRecovered ? PALETTE.recovered : SEVERITY_COLOUR[chart.severity];
  return {
    title: describeTitle(chart),
    sample: describeSample(chart),
    sampleColour: isRecovered ? PALETTE.recovered : PALETTE.dim,
    present: describePresent(chart),
    presentColour: chart.noDataSince === null && chart.value !== null ? presentColour : PALETTE.text,
  };
};

/** Loaded at the first chart: they take 170 ms and many processes never draw one. */
const drawPlot = async (chart: SignalChart): Promise<string> => {
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(
    vega.parse(vegaLite.compile(signalSpec(chart), { logger: vega.logger(vega.Error) }).spec),
    {
      renderer: 'none',
      logLevel: vega.Error,
    },
  );
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
};

const renderPng = async (svg: string): Promise<Uint8Array> => {
  const { Resvg } = await import('@resvg/resvg-js');
  return new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng();
};
