import type { Emitter } from './emitter.ts';
import { valueAt } from './emitter.ts';

const caseWhen: Emitter = (values) => {
  const pairs = Math.floor(values.length / 2);
  const branches = Array.from(
    { length: pairs },
    (_, pair) => `WHEN ${valueAt(values, pair * 2)} THEN ${valueAt(values, pair * 2 + 1)}`,
  );
  const last = values.length % 2 === 1 ? ` ELSE ${valueAt(values, values.length - 1)}` : '';
  return `(CASE ${branches.join(' ')}${last} END)`;
};

/** DuckDB skips nulls in GREATEST and LEAST; ES|QL does not. */
const extreme =
  (name: string): Emitter =>
  (values, _, context) => {
    const once = values.map((value) => context.once(value));
    return `(CASE WHEN ${once.map((value) => `${value} IS NOT NULL`).join(' AND ')} THEN ${name}(${once.join(', ')}) END)`;
  };

/** The bounds one after the other, each by GREATEST or LEAST. */
const clamp =
  (...bounds: readonly ('greatest' | 'least')[]): Emitter =>
  (values, call, context) =>
    bounds.reduce(
      (value, bound, at) => extreme(bound)([value, valueAt(values, at + 1)], call, context),
      valueAt(values, 0),
    );

export const CONDITIONAL_EMITTERS: Readonly<Record<string, Emitter>> = {
  CASE: caseWhen,
  COALESCE: (values) => `coalesce(${values.join(', ')})`,
  GREATEST: extreme('greatest'),
  LEAST: extreme('least'),
  CLAMP: clamp('greatest', 'least'),
  CLAMP_MIN: clamp('greatest'),
  CLAMP_MAX: clamp('least'),
};
