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

/** The time that was searched, then the peak of an only line, or how much of it is drawn; and the unit. */
const sampleOf = (chart: AnswerChart): string => {
  const unit = chart.unit === null ? [] : [`in ${chart.unit}`];
  return [rangeOf(chart), ...(isOneLine(chart) ? [peakOf(chart)] : [drawnOf(chart), ...unit])]
    .filter((words) => words !== '')
    .join(' · ');
};

const rangeOf = ({ searched }: AnswerChart): string => {
  if (searched === null) return '';
  const { from, to } = searched;
  if (from === null) return `until ${clockTime(to)} UTC`;
  const isOneDay = dayOf(from) === dayOf(to);
  const said = (at: Date): string => (isOneDay ? clockTime(at) : `${dayOf(at)} ${clockTime(at)}`);
  return `${said(from)} to ${said(to)} UTC`;
};

const dayOf = (at: Date): string => at.toISOString().slice(5, 10);

const isOneLine = (chart: AnswerChart): chart is Extract<AnswerChart, { kind: 'lines' }> =>
  chart.kind === 'lines' && chart.series.length === 1;

const peakOf = ({ series, unit }: Extract<AnswerChart, { kind: 'lines' }>): string => {
  const points = series.flatMap((each) => each.points);
  const peak = points.reduce((most, point) => (point.value > most.value ? point : most));
  return `peak ${withUnit(peak.value, unit)} at ${clockTime(peak.at)}`;
};

const drawnOf = (chart: AnswerChart): string => {
  const drawn = chart.kind === 'bars' ? chart.bars.length : chart.series.length;
  return chart.rest === 0 ? `${drawn} groups` : `${drawn} of ${formatNumber(drawn + chart.rest)} groups`;
};

const withUnit = (value: number, unit: AnswerChart['unit']): string =>
  unit === null ? formatNumber(value) : `${formatNumber(value)} ${unit}`;

/** The last value of an only line; else nothing, for it would be of one of several. */
const presentOf = (chart: AnswerChart): string => {
  const last = isOneLine(chart) ? chart.series[0]?.points.at(-1) : undefined;
  return last === undefined ? '' : withUnit(last.value, chart.unit);
};
