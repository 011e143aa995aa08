import { isDate } from '#esql/types.ts';
import type { ChartSeries } from '#ports/chart-renderer.ts';
import type { QueryValue } from '#ports/telemetry-store.ts';
import { keyText } from './key-text.ts';
import { measureOf } from './measure-of.ts';
import type { ShapedAnswer } from './shaped-answer.ts';

/** A number of an answer over time. */
export interface Series {
  readonly measure: string;
  /** Names of the other keys; empty where there is one line. */
  readonly by: string;
  /** Of a bucket. */
  readonly stepMs: number;
  /** A bucket that began before it or goes on after it is not whole. */
  readonly searchedTime: ShapedAnswer['searchedTime'];
  /** Beginnings of the buckets that are not whole, where less of a bucket is less of the measure. */
  readonly partsAtMs: ReadonlySet<number>;
  /** The largest first. */
  readonly lines: readonly ChartSeries[];
}

const LEAST_BUCKETS = 2;
const MOST_POINTS = 2_000;

interface Point {
  readonly name: string;
  readonly atMs: number;
  readonly value: number;
}

/**
 * The measure of an answer that is grouped by a time; null of any other. A count is 0 where nothing was
 * counted. Of what grows with the rows, buckets that began before the searched time, or had not ended, would look
 * like a dip or a recovery and are left out, unless hardly any is left; anything else is as true of a part.
 */
export const readSeries = (shaped: ShapedAnswer): Series | null => {
  const { answer, keys, counts, roles, searchedTime } = shaped;
  const columns = answer.columns.map((column, at) => ({ ...column, at, isKey: keys.includes(column.name) }));
  const time = columns.find(({ type, isKey }) => isDate(type) && isKey);
  const measure = measureOf(shaped);
  if (time === undefined || measure === null) return null;
  const names = columns.filter(({ isKey, at }) => isKey && at !== time.at);
  const points = answer.rows.slice(0, MOST_POINTS).flatMap((row): readonly Point[] => {
    const [at, value] = [row[time.at], drawnNumber(row[measure.at])];
    if (typeof at !== 'string' || value === null) return [];
    return [{ name: names.map((key) => keyText(row[key.at] ?? null)).join(' · '), atMs: Date.parse(at), value }];
  });
  const times = [...new Set(points.map(({ atMs }) => atMs))].toSorted((a, b) => a - b);
  if (times.length < LEAST_BUCKETS) return null;
  const stepMs = times.slice(1).reduce((least, at, index) => Math.min(least, at - (times[index] ?? at)), Infinity);
  const bounds = { fromMs: searchedTime.from?.getTime() ?? -Infinity, toMs: searchedTime.to.getTime() };
  const isWhole = (atMs: number): boolean => atMs >= bounds.fromMs && atMs + stepMs <= bounds.toMs;
  const isGrowing = roles.growing.includes(measure.name);
  const areWhole = isGrowing && times.filter(isWhole).length >= LEAST_BUCKETS;
  const kept = areWhole ? points.filter(({ atMs }) => isWhole(atMs)) : points;
  const buckets = counts.includes(measure.name) ? allBuckets(times, stepMs, isWhole) : null;
  return {
    measure: measure.name,
    by: names.map(({ name }) => name).join(', '),
    stepMs,
    searchedTime,
    partsAtMs: new Set(isGrowing ? times.filter((atMs) => !isWhole(atMs)) : []),
    lines: linesOf(kept, areWhole ? buckets : null),
  };
};

/** Those of the searched time, at least from the first to the last that were seen; null where they are uneven. */
const allBuckets = (
  times: readonly number[],
  stepMs: number,
  isWhole: (atMs: number) => boolean,
): readonly number[] | null => {
  const first = times[0] ?? 0;
  if (times.some((at) => (at - first) % stepMs !== 0)) return null;
  let toMs = times.at(-1) ?? first;
  while (isWhole(toMs + stepMs) && (toMs - first) / stepMs < MOST_POINTS) toMs += stepMs;
  // Rows before the first one may be older than what is kept, so that nothing is said of them.
  const length = Math.floor((toMs - first) / stepMs) + 1;
  if (length > MOST_POINTS) return null;
  return Array.from({ length }, (_, index) => first + index * stepMs).filter(isWhole);
};

const linesOf = (points: readonly Point[], buckets: readonly number[] | null): readonly ChartSeries[] =>
  [...Map.groupBy(points, ({ name }) => name)]
    .map(([name, of]) => ({
      name,
      points: pointsOf(of, buckets),
      sum: of.reduce((sum, p) => sum + Math.abs(p.value), 0),
    }))
    .toSorted((a, b) => b.sum - a.sum)
    .map(({ name, points: of }) => ({ name, points: of }));

const pointsOf = (points: readonly Point[], buckets: readonly number[] | null): ChartSeries['points'] => {
  const seen = new Set(points.map(({ atMs }) => atMs));
  const none = (buckets ?? []).filter((atMs) => !seen.has(atMs)).map((atMs) => ({ atMs, value: 0 }));
  return [...points, ...none]
    .toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, value }) => ({ at: new Date(atMs), value }));
};

/** As exactly as it can be drawn. */
export const drawnNumber = (value: QueryValue | undefined): number | null => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};
