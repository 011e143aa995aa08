import type { AnswerChart } from '#ports/chart-renderer.ts';
import { formatUtc } from '../times.ts';
import { cutAtWord, plainName } from '../text.ts';

const ALT_LIMIT = 1000;

/** What the picture shows, as a sentence with its numbers. */
export const answerChartAltText = (chart: AnswerChart): string => {
  const measure = plainName(chart.measure);
  if (chart.kind === 'bars') {
    const bars = chart.bars.map(({ name, value }) => `${plainName(name)} ${value.toLocaleString('en-US')}`);
    return cutAtWord(`Bars: ${measure} by ${plainName(chart.by)}: ${bars.join(', ')}.`, ALT_LIMIT);
  }
  const lines = chart.series.map(({ name, points }) => {
    const values = points.map(({ value }) => value);
    const [first, last] = [points[0], points.at(-1)];
    const times = first && last ? ` from ${formatUtc(first.at)} to ${formatUtc(last.at)}` : '';
    return `${plainName(name)}${times}, ${Math.min(...values).toLocaleString('en-US')} to ${Math.max(...values).toLocaleString('en-US')}`.trim();
  });
  return cutAtWord(`Lines: ${measure} over time: ${lines.join('; ')}.`, ALT_LIMIT);
};
