import type { WaterfallChart } from '#ports/chart-renderer.ts';
import { describeValue } from './chart-words.ts';
import { drawPlot, renderPng } from './draw-plot.ts';
import { FAILED_COLOUR, PALETTE } from './palette.ts';
import { wrapInPanel } from './panel.ts';
import { waterfallHeight, waterfallSpec } from './waterfall-spec.ts';

/** A PNG of a trace over time. */
export const drawWaterfall = async (chart: WaterfallChart): Promise<Uint8Array> => {
  const shown = chart.spans.length;
  const count =
    shown === chart.totalSpans
      ? `${shown} ${shown === 1 ? 'span' : 'spans'}`
      : `${shown} of ${chart.totalSpans.toLocaleString('en-US')} spans`;
  const words = {
    title: chart.title,
    sample: `${count} · white: the critical path`,
    sampleColour: PALETTE.dim,
    present: `${describeValue(chart.durationMs, 'milliseconds')}${chart.isError ? ', failed' : ''}`,
    presentColour: chart.isError ? FAILED_COLOUR : PALETTE.text,
  };
  return renderPng(wrapInPanel(await drawPlot(waterfallSpec(chart)), words, waterfallHeight(chart)));
};
