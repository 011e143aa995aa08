import type { SignalChart } from '#ports/chart-renderer.ts';
import { formatCount, formatLatency, formatPercent } from '../numbers.ts';
import { plainName } from '../text.ts';
import { formatUtc } from '../times.ts';

const SIGNAL = { error_rate: 'error rate', latency: 'p99' } as const;

/** The chart as a sentence with its numbers, for who cannot see it. */
export const chartAltText = (chart: SignalChart): string => {
  if (chart.signal === 'log_match') return linesAltText(chart);
  const say = (value: number): string => (chart.unit === 'percent' ? formatPercent(value / 100) : formatLatency(value));
  const seen = chart.points.flatMap((point) => point.value ?? []);
  const subject = `Line chart: ${SIGNAL[chart.signal]} of ${plainName(chart.service)}`;
  const highs = chart.points.map((point) => point.high);
  const lows = chart.points.map((point) => point.low);
  const expected =
    chart.points.length === 0 ? '' : `; expected ${say(Math.min(...lows))} to ${say(Math.max(...highs))}`;
  const onset = `since ${formatUtc(chart.onsetAt)}`;
  if (chart.noDataSince !== null)
    return `${subject} out of its expected band ${onset}, then no data from ${formatUtc(chart.noDataSince)}.`;
  if (chart.recoveredAt !== null) {
    const peak = seen.length === 0 ? '' : `, peaked at ${say(Math.max(...seen))}`;
    return `${subject} rose at ${formatUtc(chart.onsetAt)}${peak}, and is back in its expected band since ${formatUtc(chart.recoveredAt)}.`;
  }
  const now = chart.value === null ? 'out of its expected band' : `at ${say(chart.value)}`;
  return `${subject} ${now} ${onset}${expected}.`;
};

const linesAltText = ({ service, onsetAt, points, recoveredAt, sampleSize }: SignalChart): string => {
  const most = Math.max(0, ...points.map(({ value }) => value ?? 0));
  const end = recoveredAt === null ? '' : `, none since ${formatUtc(recoveredAt)}`;
  return (
    `Line chart: matching lines of ${plainName(service)} a minute, at most ${formatCount(most)}; ` +
    `${formatCount(sampleSize)} since ${formatUtc(onsetAt)}${end}.`
  );
};
