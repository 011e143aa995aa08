import type { AnswerChart } from '#ports/chart-renderer.ts';
import { formatUtc, formatUtcWithDay } from '../times.ts';
import { cutAtWord, plainName } from '../text.ts';

const ALT_LIMIT = 1000;

/** What the picture shows, as a sentence with its numbers. */
export const answerChartAltText = (chart: AnswerChart): string => {
  const measure = `${plainName(chart.measure)}${chart.unit === null ? '' : ` in ${chart.unit}`}`;
  if (chart.kind === 'bars') {
    const bars = chart.bars.map(({ name, value }) => `${plainName(name)} ${value.toLocaleString('en-US')}`);
    return cutAtWord(
      `Bars: ${measure} by ${plainName(chart.by)}${searchedWords(chart)}: ${bars.join(', ')}.`,
      ALT_LIMIT,
    );
  }
  const lines = chart.series.map(({ name, points }) => {
    const values = points.map(({ value }) => value);
    const [first, last] = [points[0], points.at(-1)];
    const times = first && last ? ` from ${formatUtc(first.at)} to ${formatUtc(last.at)}` : '';
    return `${plainName(name)}${times}, ${Math.min(...values).toLocaleString('en-US')} to ${Math.max(...values).toLocaleString('en-US')}`.trim();
  });
  return cutAtWord(`Lines: ${measure} over time${searchedWords(chart)}: ${lines.join('; ')}.`, ALT_LIMIT);
};

const searchedWords = ({ searched }: AnswerChart): string =>
  searched === null
    ? ''
    : searched.from === null
      ? `, until ${formatUtc(searched.to)}`
      : `, ${formatUtcWithDay(searched.from, searched.to)} to ${formatUtc(searched.to)}`;
