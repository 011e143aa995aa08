import type { Query } from './ast.ts';
import type { Plan } from './plan.ts';
import type { FieldType } from './schema.ts';

export type ParameterScalar = string | number | boolean;
/** A list is a multi-value of one kind. */
export type ParameterValue = ParameterScalar | null | readonly ParameterScalar[];
/** By position for `?`, by name for `?name`. */
export type Parameters = readonly ParameterValue[] | Readonly<Record<string, ParameterValue>>;

/** A query that passed every check: safe to hand to a telemetry store. Made only by `checkQuery`. */
export interface CheckedQuery {
  /** As written. */
  readonly text: string;
  readonly ast: Query;
  readonly parameters: Parameters;
  /** Of the answer, in order. */
  readonly columns: readonly { readonly name: string; readonly type: FieldType }[];
  /** In plain words, e.g. that a LIMIT was cut. */
  readonly warnings: readonly string[];
  /** The query with names resolved, types known and parameters put in place: what a translation reads. */
  readonly plan: Plan;
}
