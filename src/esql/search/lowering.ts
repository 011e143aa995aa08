import type { CallSource, TypedExpression, TypedLiteral } from '../plan.ts';

/** How a search reads what it looks for. */
export interface SearchReading {
  readonly source: CallSource;
  /** Of dates that name none; null is UTC. */
  readonly timeZone: string | null;
  /** Values of keyword fields in any case. */
  readonly isCaseInsensitive: boolean;
  /** A field that cannot hold what is looked for does not. */
  readonly isLenient: boolean;
}

/** A condition, or why the search cannot be made one. */
export type Lowered = TypedExpression | { readonly problem: string };

export const fail = (problem: string): { readonly problem: string } => ({ problem });
export const isFailure = (lowered: Lowered): lowered is { readonly problem: string } => 'problem' in lowered;

export const TRUE: TypedLiteral = { kind: 'literal', type: 'boolean', value: true };
export const FALSE: TypedLiteral = { kind: 'literal', type: 'boolean', value: false };

export const textLiteral = (value: string): TypedLiteral => ({ kind: 'literal', type: 'keyword', value });

export const searchCall = (name: string, values: readonly TypedExpression[], source: CallSource): TypedExpression => ({
  kind: 'call',
  function: name,
  arguments: values,
  type: 'boolean',
  isMulti: false,
  source,
});
