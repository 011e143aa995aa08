import type { SignalChart } from '#ports/chart-renderer.ts';
import { describePresent, describeSample, describeTitle } from './chart-words.ts';
import { drawPlot, renderPng } from './draw-plot.ts';
import { PALETTE, SEVERITY_COLOUR } from './palette.ts';
import { wrapInPanel } from './panel.ts';
import { signalSpec } from './signal-spec.ts';

/** A PNG: Vega-Lite for the plot, resvg for the pixels. Some 30 ms of one thread, and 300 ms the first time. */
export const drawSignal = async (chart: SignalChart): Promise<Uint8Array> =>
  renderPng(wrapInPanel(await drawPlot(signalSpec(chart)), wordsOf(chart)));

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
