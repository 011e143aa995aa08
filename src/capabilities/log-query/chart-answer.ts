import type { AnswerChart, ChartSeries } from '#ports/chart-renderer.ts';
import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';

type Answer = Pick<QueryAnswer, 'columns' | 'rows'>;

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'long', 'double']);
const MOST_SERIES = 4;
const MOST_BARS = 12;
const MOST_POINTS = 2_000;
const LEAST_MARKS = 2;

/**
 * The first number of each group: lines where a group is a time, one for each other key; else bars, as the answer
 * sorts them. Null where there is nothing to draw. `keys`: columns that tell the rows apart.
 */
export const chartAnswer = (answer: Answer, keys: readonly string[]): AnswerChart | null => {
  const columns = answer.columns.map(({ name, type }, at) => ({ name, type, at, isKey: keys.includes(name) }));
  const measure = columns.find(({ type, isKey }) => NUMERIC.has(type) && !isKey);
  if (measure === undefined || keys.length === 0) return null;
  const time = columns.find(({ type, isKey }) => type === 'date' && isKey);
  const names = columns.filter(({ isKey, at }) => isKey && at !== time?.at);
  const rows = answer.rows.flatMap((row) => {
    const value = row[measure.at];
    const name = names.map(({ at }) => textOf(row[at] ?? null)).join(' · ');
    return typeof value === 'number' && Number.isFinite(value) ? [{ row, name, value }] : [];
  });
  if (time === undefined) {
    const bars = rows.slice(0, MOST_BARS).map(({ name, value }) => ({ name, value }));
    return bars.length < LEAST_MARKS
      ? null
      : {
          kind: 'bars',
          measure: measure.name,
          by: names.map(({ name }) => name).join(', '),
          bars,
          rest: rows.length - bars.length,
        };
  }
  const points = rows.slice(0, MOST_POINTS).flatMap(({ row, name, value }) => {
    const at = row[time.at];
    return typeof at === 'string' ? [{ name, at: new Date(at), value }] : [];
  });
  const series = largestSeries(points);
  const total = new Set(points.map(({ name }) => name)).size;
  return new Set(points.map(({ at }) => at.getTime())).size < LEAST_MARKS
    ? null
    : {
        kind: 'lines',
        measure: measure.name,
        by: names.map(({ name }) => name).join(', '),
        series,
        rest: total - series.length,
      };
};

const largestSeries = (
  points: readonly { readonly name: string; readonly at: Date; readonly value: number }[],
): readonly ChartSeries[] =>
  [...Map.groupBy(points, ({ name }) => name)]
    .map(([name, of]) => ({
      name,
      points: of.map(({ at, value }) => ({ at, value })).toSorted((a, b) => a.at.getTime() - b.at.getTime()),
      sum: of.reduce((sum, { value }) => sum + Math.abs(value), 0),
    }))
    .toSorted((a, b) => b.sum - a.sum)
    .slice(0, MOST_SERIES)
    .map(({ name, points: of }) => ({ name, points: of }));

const textOf = (value: QueryValue): string =>
  value === null ? 'none' : Array.isArray(value) ? value.join(', ') : String(value);
