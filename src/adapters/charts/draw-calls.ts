import type { CallsChart } from '#ports/chart-renderer.ts';
import { callsHeight, callsSpec } from './calls-spec.ts';
import { shorten } from './chart-words.ts';
import { drawPlot, renderPng } from './draw-plot.ts';
import { PALETTE } from './palette.ts';
import { wrapInPanel } from './panel.ts';

/** A PNG of the calls around a service. */
export const drawCalls = async (chart: CallsChart): Promise<Uint8Array> => {
  const words = {
    title: `Calls around ${shorten(chart.service, 24)}`,
    sample: chart.sample,
    sampleColour: PALETTE.dim,
    present: '',
    presentColour: PALETTE.text,
  };
  return renderPng(wrapInPanel(await drawPlot(callsSpec(chart)), words, callsHeight(chart)));
};
