import { seededRandom } from '#kernel/random.ts';
import { FAULTS, GROSS_FAULTS, GROSS_FROM_REQUESTS, TRAFFIC_LEVELS } from './faults.ts';
import type { FaultEpisode } from './fault-episode.ts';
import type { HealthyDay } from './healthy-day.ts';
import type { Done } from './work.ts';

export interface Interval {
  readonly value: number;
  /** 95 %, by bootstrap over service-days. */
  readonly low: number;
  readonly high: number;
}

export interface Cell {
  readonly episodes: number;
  readonly recall: number;
  readonly secondsP50: number | null;
  readonly quietRecall: number;
  readonly referenceRecall: number;
  readonly ticketShare: number;
  readonly ticketMinutesP50: number | null;
}

const RESAMPLES = 2_000;
const WITHIN_SECONDS = 180;
const TICKET_WITHIN_SECONDS = 1_800;
const HIGH_TRAFFIC = 1_000;

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted.length === 0 ? null : (sorted[(sorted.length - 1) >>> 1] ?? null);
};

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean over service-days and its bootstrap interval (Efron 1979). */
export const overDays = (days: readonly HealthyDay[], valueOf: (day: HealthyDay) => number): Interval => {
  const values = days.map(valueOf);
  const random = seededRandom(1);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let draw = 0; draw < values.length; draw += 1) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).toSorted((a, b) => a - b);
  const at = (share: number): number => means[Math.round(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { value: mean(values), low: at(0.025), high: at(0.975) };
};

const isWithin = (seconds: number | null, limit = WITHIN_SECONDS): boolean => seconds !== null && seconds <= limit;

const shareWithin = (all: readonly (number | null)[], limit?: number): number =>
  all.filter((seconds) => isWithin(seconds, limit)).length / all.length;

const summarizeCell = (all: readonly FaultEpisode[]): Cell => {
  const clean = all.filter(({ wasPagedBefore }) => !wasPagedBefore);
  const tickets = clean.flatMap(({ ticketSeconds }) => (isWithin(ticketSeconds, Infinity) ? [ticketSeconds ?? 0] : []));
  const ticketSeconds = median(tickets);
  return {
    episodes: clean.length,
    recall: shareWithin(clean.map(({ seconds }) => seconds)),
    secondsP50: median(clean.flatMap(({ seconds }) => seconds ?? [])),
    quietRecall: shareWithin(clean.map(({ quietSeconds }) => quietSeconds)),
    referenceRecall: shareWithin(clean.map(({ referenceSeconds }) => referenceSeconds)),
    ticketShare: shareWithin(
      clean.map((episode) => episode.ticketSeconds),
      TICKET_WITHIN_SECONDS,
    ),
    ticketMinutesP50: ticketSeconds === null ? null : ticketSeconds / 60,
  };
};

export type Cells = ReadonlyMap<string, ReadonlyMap<number, Cell>>;

export const summarizeFaults = (done: readonly Done[]): Cells => {
  const episodes = done.flatMap((each) => (each.kind === 'fault' ? [each] : []));
  const rows = new Map<string, Map<number, Cell>>();
  for (const [key, all] of Map.groupBy(episodes, ({ row, requests }) => JSON.stringify([row, requests]))) {
    const [row, requests] = JSON.parse(key) as [string, number];
    const cells = rows.get(row) ?? new Map<number, Cell>();
    cells.set(requests, summarizeCell(all.map(({ episode }) => episode)));
    rows.set(row, cells);
  }
  return rows;
};

const overFaults = (cells: Cells, requests: number, of: (cell: Cell) => number): number =>
  mean(FAULTS.flatMap(({ name }) => cells.get(name)?.get(requests) ?? []).map(of));

/** Mean recall within 3 min over the faults of the table, by traffic and over all traffic of 1,000 requests and more. */
export const recallOf = (cells: Cells, of: (cell: Cell) => number = ({ recall }) => recall) => {
  const byTraffic = Object.fromEntries(TRAFFIC_LEVELS.map((requests) => [requests, overFaults(cells, requests, of)]));
  const high = TRAFFIC_LEVELS.filter((requests) => requests >= HIGH_TRAFFIC);
  return { byTraffic, recall: mean(high.map((requests) => byTraffic[requests] ?? Number.NaN)) };
};

export const grossSeconds = (done: readonly Done[]): number | null =>
  median(
    done.flatMap((each) =>
      each.kind === 'fault' && GROSS_FAULTS.has(each.row) && each.requests >= GROSS_FROM_REQUESTS
        ? (each.episode.seconds ?? Infinity)
        : [],
    ),
  );
