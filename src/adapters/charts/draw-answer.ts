import type { AnswerChart } from '#ports/chart-renderer.ts';
import { answerHeight, answerSpec, shorten } from './answer-spec.ts';
import { clockTime } from './chart-words.ts';
import { drawPlot, renderPng } from './draw-plot.ts';
import { formatNumber } from './format-number.ts';
import { PALETTE } from './palette.ts';
import { wrapInPanel } from './panel.ts';

const TITLE_LIMIT = 30;
const SAMPLE_LIMIT = 46;

/** A PNG of a number of an answer, over time or by group. */
export const drawAnswer = async (chart: AnswerChart): Promise<Uint8Array> =>
  renderPng(wrapInPanel(await drawPlot(answerSpec(chart)), wordsOf(chart), answerHeight(chart)));

const wordsOf = (chart: AnswerChart) => ({
  title: shorten(titleOf(chart), TITLE_LIMIT),
  sample: shorten(sampleOf(chart), SAMPLE_LIMIT),
  sampleColour: PALETTE.dim,
  present: presentOf(chart),
  presentColour: PALETTE.text,
});

const titleOf = (chart: AnswerChart): string =>
  chart.kind === 'lines'
    ? `${chart.measure} over time${chart.by === '' ? '' : ` by ${chart.by}`}`
    : `${chart.measure} by ${chart.by}`;

const sampleOf = (chart: AnswerChart): string => {
  const rest = chart.rest === 0 ? '' : ` · ${formatNumber(chart.rest)} more are not drawn`;
  if (chart.kind === 'bars') return `${chart.bars.length} groups${rest}`;
  const points = chart.series.flatMap((series) => series.points);
  const peak = points.reduce((most, point) => (point.value > most.value ? point : most));
  return `peak ${formatNumber(peak.value)} at ${clockTime(peak.at)} UTC${rest}`;
};

/** The last value of an only line; else nothing, for it would be of one of several. */
const presentOf = (chart: AnswerChart): string => {
  const last = chart.kind === 'lines' && chart.series.length === 1 ? chart.series[0]?.points.at(-1) : undefined;
  return last === undefined ? '' : formatNumber(last.value);
};
