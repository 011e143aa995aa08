import type { SpanUnit } from '../ast.ts';
import { UNIT_MILLISECONDS } from './time-units.ts';

export interface BucketSpan {
  readonly amount: number;
  readonly unit: SpanUnit;
}

// Finest first; those that Elasticsearch picks among.
const CHOICES: readonly BucketSpan[] = [
  ...[1, 10, 50, 100].map((amount) => ({ amount, unit: 'millisecond' as const })),
  ...[1, 5, 10, 30].map((amount) => ({ amount, unit: 'second' as const })),
  ...[1, 5, 10, 30].map((amount) => ({ amount, unit: 'minute' as const })),
  ...[1, 3, 12].map((amount) => ({ amount, unit: 'hour' as const })),
  ...(['day', 'week', 'month', 'year'] as const).map((unit) => ({ amount: 1, unit })),
];

// Weeks start on Monday; 1970-01-01 was a Thursday.
const FIRST_MONDAY_MS = 4 * 86_400_000;

/** The position of an instant on the scale of a span; whole at the bounds of buckets. */
const positionOf = (ms: number, { amount, unit }: BucketSpan): number => {
  const date = new Date(ms);
  if (unit === 'year' || unit === 'month') {
    const isYear = unit === 'year';
    const index = isYear ? date.getUTCFullYear() : date.getUTCFullYear() * 12 + date.getUTCMonth();
    const start = new Date(0);
    start.setUTCFullYear(date.getUTCFullYear(), isYear ? 0 : date.getUTCMonth(), 1);
    return ms === start.getTime() ? index : index + 0.5;
  }
  const width = amount * (UNIT_MILLISECONDS[unit] ?? 1);
  return (ms - (unit === 'week' ? FIRST_MONDAY_MS : 0)) / width;
};

/** The finest span that divides from…to into at most so many buckets, counted from the floor of `from`. */
export const pickBucketSpan = (buckets: number, fromMs: number, toMs: number): BucketSpan => {
  const fits = CHOICES.find((choice) => {
    const needed = Math.ceil(positionOf(toMs, choice)) - Math.floor(positionOf(fromMs, choice));
    return Math.max(1, needed) <= buckets;
  });
  return fits ?? { amount: 1, unit: 'year' };
};

/** The width that divides from…to into about so many buckets: a power of ten or half of one. */
export const pickBucketWidth = (buckets: number, from: number, to: number): number => {
  const width = (to - from) / buckets;
  const ten = 10 ** Math.ceil(Math.log10(width));
  return width < ten / 2 ? ten / 2 : ten;
};
