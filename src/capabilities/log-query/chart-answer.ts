import { isDate } from '#esql/types.ts';
import type { AnswerChart } from '#ports/chart-renderer.ts';
import { keyText } from './key-text.ts';
import { measureOf } from './measure-of.ts';
import { drawnNumber, readSeries } from './read-series.ts';
import type { ShapedAnswer } from './shaped-answer.ts';

const MOST_SERIES = 4;
const MOST_BARS = 12;
const LEAST_MARKS = 2;

/**
 * The measure of each group: lines where a group is a time, one for each other key; else bars, as the answer
 * sorts them. Null where there is nothing to draw.
 */
export const chartAnswer = (shaped: ShapedAnswer): AnswerChart | null => {
  const { answer, keys } = shaped;
  const columns = answer.columns.map(({ name, type }, at) => ({ name, type, at, isKey: keys.includes(name) }));
  if (columns.some(({ type, isKey }) => isDate(type) && isKey)) return lineChart(shaped);
  const measure = measureOf(shaped);
  if (measure === null || keys.length === 0) return null;
  const names = columns.filter(({ isKey }) => isKey);
  const rows = answer.rows.flatMap((row) => {
    const value = drawnNumber(row[measure.at]);
    const name = names.map(({ at }) => keyText(row[at] ?? null)).join(' · ');
    return value === null ? [] : [{ name, value }];
  });
  const bars = rows.slice(0, MOST_BARS);
  if (bars.length < LEAST_MARKS) return null;
  const by = names.map(({ name }) => name).join(', ');
  return { kind: 'bars', ...labelsOf(measure.name, shaped), by, bars, rest: rows.length - bars.length };
};

const lineChart = (shaped: ShapedAnswer): AnswerChart | null => {
  const series = readSeries(shaped);
  if (series === null) return null;
  const { measure, by, lines } = series;
  const drawn = lines.slice(0, MOST_SERIES);
  return { kind: 'lines', ...labelsOf(measure, shaped), by, series: drawn, rest: lines.length - drawn.length };
};

const UNITS: readonly (readonly [RegExp, NonNullable<AnswerChart['unit']>])[] = [
  [/_ms$/u, 'ms'],
  [/(?:^|_)percent$/u, '%'],
];

const labelsOf = (
  measure: string,
  { searchedTime, readsTelemetry }: ShapedAnswer,
): Pick<AnswerChart, 'measure' | 'unit' | 'searched'> => ({
  measure,
  unit: UNITS.find(([name]) => name.test(measure))?.[1] ?? null,
  searched: readsTelemetry ? searchedTime : null,
});
