import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import * as vega from 'vega';
import * as vegaLite from 'vega-lite';
import type { SignalChart } from '#ports/chart-renderer.ts';
import { describePresent, describeSample, describeTitle } from './chart-words.ts';
import { PALETTE, SEVERITY_COLOUR } from './palette.ts';
import { wrapInPanel } from './panel.ts';
import { signalSpec } from './signal-spec.ts';

// resvg drops text without a word if it has no font, so ours come along.
const FONT_FILES = ['Inter_400Regular.ttf', 'Inter_600SemiBold.ttf'].map((name) =>
  join(import.meta.dirname, 'fonts', name),
);
const SCALE = 2;

/** A PNG: Vega-Lite for the plot, resvg for the pixels. Some 30 ms of one thread, and 300 ms the first time. */
export const drawSignal = async (chart: SignalChart): Promise<Uint8Array> =>
  renderPng(wrapInPanel(await drawPlot(chart), wordsOf(chart)));

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

const drawPlot = async (chart: SignalChart): Promise<string> => {
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

const renderPng = (svg: string): Uint8Array =>
  new Resvg(svg, {
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontFiles: FONT_FILES, loadSystemFonts: false, defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng();
