import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../kernel/duration.ts';

/** "1,000,000" */
export const count = (value: number): string => value.toLocaleString('en-US');

/** "1 line", "2 lines" */
export const counted = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;

/** "2026-11-20 16:00:30" */
export const time = (at: string | number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

/** "16:00:30" */
export const clockTime = (at: string): string => at.slice(11, 19);

/** "45 s", "12 min", "3 h 5 min", "2 d 4 h" */
export const length = (ms: number): string => {
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return pair(Math.round(ms / MINUTE_MS), 60, 'h', 'min');
  return pair(Math.round(ms / HOUR_MS), 24, 'd', 'h');
};

const pair = (small: number, perLarge: number, large: string, unit: string): string => {
  const rest = small % perLarge;
  return `${count(Math.floor(small / perLarge))} ${large}${rest === 0 ? '' : ` ${rest} ${unit}`}`;
};

/** "38.2 %", "0.31 %"; only nothing is 0 %. */
export const percent = (rate: number): string => {
  const exact = rate * 100;
  const text = exact >= 1 ? exact.toFixed(1).replace(/\.0$/, '') : exact.toPrecision(2);
  return rate === 0 ? '0 %' : exact < 0.01 ? 'under 0.01 %' : `${Number(text)} %`;
};
