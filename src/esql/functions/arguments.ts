import type { TypedExpression } from '../plan.ts';
import type { FunctionDefinition } from './definition.ts';

/** The text of a literal. */
export const textOf = (value: TypedExpression | undefined): string | undefined =>
  value?.kind === 'literal' && typeof value.value === 'string' ? value.value : undefined;

/** Refuses the literal text at this place if there is a problem with it. */
export const refuseText =
  (at: number, problemOf: (text: string) => string | undefined): NonNullable<FunctionDefinition['refuse']> =>
  (values) => {
    const text = textOf(values[at]);
    const message = text === undefined ? undefined : problemOf(text);
    return message === undefined ? undefined : { at, message };
  };
