import type { Signal } from '#kernel/anomaly.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { NBSP } from './text.ts';

// Scores are cut there, so a larger one cannot be told from it; latency's is scaled after the cut.
const SCORE_CUT = 10;
const LATENCY_SCORE_CUT = (SCORE_CUT * 14) / 17;

export const formatCount = (count: number): string => Math.round(count).toLocaleString('en-US');

/** Three significant digits at most, no zeros at the end. */
const threeDigits = (value: number, mostDecimals: number): string => {
  const decimals = value >= 100 ? 0 : value >= 10 ? Math.min(1, mostDecimals) : Math.min(2, mostDecimals);
  return String(Number(value.toFixed(decimals)));
};

/** A share in [0, 1] as the body says it: "38.2 %", "0.04 %", "100 %". */
export const formatPercent = (share: number): string => {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return `under${NBSP}0.01${NBSP}%`;
  if (percent > 99.9 && percent < 100) return `over${NBSP}99.9${NBSP}%`;
  return `${threeDigits(percent, percent < 0.1 ? 2 : 1)}${NBSP}%`;
};

/** As header and fallback say it: whole, but never a rounding to nothing or to all. */
export const formatRoundPercent = (share: number): string => {
  const percent = share * 100;
  if (percent < 1) return formatPercent(share);
  return `${percent < 100 ? Math.min(99, Math.round(percent)) : 100}${NBSP}%`;
};

/** A measured duration: "210 ms", "4.9 s", "2 min 5 s". */
export const formatLatency = (ms: number): string => {
  if (Math.round(ms) < SECOND_MS) return `${threeDigits(ms, 1)}${NBSP}ms`;
  const seconds = Number((ms / SECOND_MS).toFixed(1));
  return seconds < 60 ? `${seconds}${NBSP}s` : formatSpan(ms);
};

/** How long something lasted: "20 s", "2 min", "1 h 5 min", "3 d". Rounded to the smaller unit before it is split. */
export const formatSpan = (ms: number): string => {
  const seconds = Math.round(Math.max(0, ms) / SECOND_MS);
  if (seconds < 120 && seconds !== 60) return `${seconds}${NBSP}s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (minutes < 60) return `${minutes}${NBSP}min`;
  if (minutes < DAY_MS / MINUTE_MS) return inTwo(minutes, 60, 'h', 'min');
  return inTwo(Math.round(ms / HOUR_MS), 24, 'd', 'h');
};

const inTwo = (smaller: number, each: number, unit: string, smallerUnit: string): string => {
  const rest = smaller % each;
  const larger = `${Math.floor(smaller / each)}${NBSP}${unit}`;
  return rest === 0 ? larger : `${larger} ${rest}${NBSP}${smallerUnit}`;
};

/** "z 4.7", "z above 10" */
export const formatScore = (score: number, signal: Signal): string => `z${NBSP}${formatBareScore(score, signal)}`;

/** "4.7", "above 10", of latency "above 8.2" */
export const formatBareScore = (score: number, signal: Signal): string => {
  const cut = signal === 'latency' ? LATENCY_SCORE_CUT : SCORE_CUT;
  return score >= cut ? `above${NBSP}${oneDecimal(cut)}` : oneDecimal(score);
};

const oneDecimal = (score: number): string => String(Number(score.toFixed(1)));
