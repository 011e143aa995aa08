import { supportedPercentiles } from '#capabilities/traces/index.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { CODE_COLUMNS } from '../answer/query-text.ts';
import { lengthOf, toOneLine } from '../text.ts';

export interface LatencyRow {
  readonly name: string;
  readonly count: number;
  readonly failed: number;
  /** A share of few would claim more than they show: failed of how many instead. */
  readonly isSampled?: boolean;
  /** Milliseconds. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

const SECONDS_FROM_MS = 10 * SECOND_MS;
const NONE = '–';

const WIDTHS = [7, 8, 7, 7, 7];

const cells = (values: readonly string[]): string =>
  values
    .map((value, at) => value.padStart(WIDTHS[at] ?? 0))
    .join('')
    .slice(-CODE_COLUMNS);

/** Above the lines. */
export const LATENCY_HEAD = cells(['n', 'failed', 'p50', 'p95', 'p99']);

/** What is named, and below it how often, how much of it failed and how long it took in milliseconds. */
export const latencyLines = ({
  name,
  count,
  failed,
  isSampled = false,
  p50Ms,
  ...rest
}: LatencyRow): readonly string[] => {
  const { p95Ms, p99Ms } = supportedPercentiles(count, rest);
  return [
    cutEnd(toOneLine(name), CODE_COLUMNS),
    cells([
      ...(isSampled
        ? ['', `${failed} of ${count}`]
        : [count.toLocaleString('en-US'), percent(failed / Math.max(1, count))]),
      shortMs(p50Ms),
      p95Ms === null ? NONE : shortMs(p95Ms),
      p99Ms === null ? NONE : shortMs(p99Ms),
    ]),
  ];
};

export const cutEnd = (text: string, width: number): string =>
  lengthOf(text) <= width ? text : `${[...text].slice(0, width - 1).join('')}›`;

const percent = (share: number): string => {
  const value = share * 100;
  return value === 0 || value === 100 ? `${value} %` : value < 0.1 ? '<0.1 %' : `${value.toFixed(1)} %`;
};

/** Without its unit where that is ms. */
export const shortMs = (ms: number): string =>
  ms >= SECONDS_FROM_MS
    ? `${Math.round(ms / SECOND_MS)} s`
    : ms < 10
      ? String(Number(ms.toFixed(1)))
      : String(Math.round(ms));
