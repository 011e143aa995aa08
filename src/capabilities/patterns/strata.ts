import { printString } from '#esql/print/print-expression.ts';
import { ERROR_LEVELS } from '#kernel/error-levels.ts';

/** Lines of errors are few and matter most, so they are read apart and never make room for the others. */
export type Stratum = 'errors' | 'others';

export type ByStratum<Value> = Readonly<Record<Stratum, Value>>;

/** Whether a line is of errors, in ES|QL; one without a level is not. */
export const ERROR_CONDITION = `COALESCE(TO_LOWER(level) IN (${ERROR_LEVELS.map(printString).join(', ')}), false)`;

export const conditionOfStratum = (stratum: Stratum): string =>
  stratum === 'errors' ? ERROR_CONDITION : `NOT ${ERROR_CONDITION}`;

export const eachStratum = <Value>(of: (stratum: Stratum) => Value): ByStratum<Value> => ({
  errors: of('errors'),
  others: of('others'),
});
