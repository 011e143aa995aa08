import type { QueryValue } from '#ports/telemetry-store.ts';
import { NBSP } from '../text.ts';
import { numberText } from './answer-cells.ts';

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/_ms$/u, 'ms'],
  [/(?:^|_)percent$/u, '%'],
];

/** How a number of an answer is told: the unit that ends its name stands behind the value. */
export interface MeasureWords {
  /** Empty where the unit says it all. */
  readonly name: string;
  valueOf(value: QueryValue | undefined): string;
}

export const measureWords = (name: string): MeasureWords => {
  const [end, unit] = UNITS.find(([pattern]) => pattern.test(name)) ?? [];
  return {
    name: end === undefined ? name : name.replace(end, ''),
    valueOf: (value) =>
      typeof value !== 'number' && typeof value !== 'bigint'
        ? 'none'
        : `${numberText(value)}${unit === undefined ? '' : `${NBSP}${unit}`}`,
  };
};
