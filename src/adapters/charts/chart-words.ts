import type { SignalChart } from '#ports/chart-renderer.ts';

const LONGEST_TITLE = 30;
const LONGEST_NAME = 40;

const SIGNAL_WORDS = { error_rate: 'error rate', latency: 'p99', log_match: 'matching lines' } as const;

/** Three significant digits at most, with thousands separated. */
const number = (value: number): string =>
  (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('en-US');

export const clockTime = (at: Date): string => at.toISOString().slice(11, 16);

/** "38.2 %", "210 ms", "4.9 s", "12 lines". */
export const describeValue = (value: number, unit: SignalChart['unit']): string => {
  if (unit === 'percent') return `${value >= 10 ? value.toFixed(1) : number(Number(value.toFixed(1)))} %`;
  if (unit === 'lines') return value === 1 ? '1 line' : `${number(value)} lines`;
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(1)} s`;
};

/** Tick labels of one axis share their unit. */
export const describeTick = (value: number, unit: SignalChart['unit'], max: number): string => {
  if (unit === 'percent') return `${number(value)} %`;
  if (unit === 'lines') return number(value);
  return max < 1000 ? `${number(value)} ms` : `${number(value / 1000)} s`;
};

export const shorten = (name: string, longest: number): string => {
  if (name.length <= longest) return name;
  const head = Math.ceil((longest - 1) / 2);
  return `${name.slice(0, head)}…${name.slice(name.length - (longest - 1 - head))}`;
};

export const describeTitle = ({ service, signal }: SignalChart): string => {
  const words = SIGNAL_WORDS[signal];
  return `${shorten(service, Math.min(LONGEST_NAME, LONGEST_TITLE - words.length - 3))} · ${words}`;
};

export const describePresent = (chart: SignalChart): string => {
  if (chart.noDataSince !== null || chart.value === null) return 'no data';
  return describeValue(chart.value, chart.unit);
};

export const describeSample = (chart: SignalChart): string => {
  if (chart.unit === 'lines') {
    const newest = chart.points.at(-1)?.at ?? chart.onsetAt;
    const all = `in the minute to ${clockTime(newest)} · ${number(chart.sampleSize)} since ${clockTime(chart.onsetAt)}`;
    return chart.recoveredAt === null ? all : `${all} · none since ${clockTime(chart.recoveredAt)}`;
  }
  const sample = `of ${chart.sampleSize.toLocaleString('en-US')} ${chart.rowUnit}`;
  if (chart.noDataSince !== null) {
    const last = chart.value === null ? '' : ` · last ${describeValue(chart.value, chart.unit)} ${sample}`;
    return `not seen since ${clockTime(chart.noDataSince)}${last}`;
  }
  if (chart.recoveredAt !== null) return `${sample} · back to expected at ${clockTime(chart.recoveredAt)}`;
  return `${sample} in ${chart.sampleMinutes} min · expected ${describeValue(chart.expected, chart.unit)}`;
};

/** "expected 0 to 0.9 %" */
export const describeBand = (low: number, high: number, unit: SignalChart['unit']): string => {
  const top = describeValue(high, unit);
  const bottom = describeValue(low, unit);
  const [number_, ofUnit] = bottom.split(' ');
  return top.endsWith(` ${ofUnit}`) ? `expected ${number_} to ${top}` : `expected ${bottom} to ${top}`;
};
