import type { TypedCall, TypedExpression, TypedSpan } from '#esql/plan.ts';
import { invariant } from '#kernel/invariant.ts';
import type { SelectBuilder } from '../steps/select-builder.ts';

export interface EmitContext extends Pick<SelectBuilder, 'bind' | 'once' | 'text'> {
  /** The one instant of the query. */
  readonly nowMs: number;
  /** By the place of each CATEGORIZE, the categories of its messages, as `CATEGORIES_STRUCTURE`. */
  readonly categories: ReadonlyMap<string, string>;
  /** Of one value that a call builds; null where the plan shows that all stay small. */
  readonly maxBuiltBytes: number | null;
}

/**
 * The SQL of a call. `values` is the SQL of its arguments, a span's empty; it may use each of them once.
 * A function that can raise an error stands directly in a TRY of its own: DuckDB computes what occurs
 * twice beforehand, and what is deeper inside a TRY then raises outside of it.
 */
export type Emitter = (values: readonly string[], call: TypedCall, context: EmitContext) => string;

/** What is made of an aggregate's value afterwards. */
type AggregateResult = (value: string) => string;

export type AggregateSql =
  | {
      readonly aggregate: string;
      readonly result?: AggregateResult;
      /** What is said where there is an aggregate and its result is null. */
      readonly failure?: string;
    }
  /** Several quantiles of the same values are one aggregate, because each by itself sorts them again. */
  | {
      readonly quantile: { readonly of: string; readonly at: string; readonly filter: string };
      readonly result: AggregateResult;
    };
/**
 * The SQL of an aggregate of columns or constants with its filter, which is `FILTER (…)` or empty.
 * `values` hold no lists: of a field of several values each is a row of its own.
 */
export type AggregateEmitter = (
  values: readonly string[],
  filter: string,
  arguments_: readonly TypedExpression[],
) => AggregateSql;

export const spanArgument = (call: TypedCall, at: number): TypedSpan => {
  const value = call.arguments[at];
  invariant(value?.kind === 'span', `argument ${at} of ${call.function} is a checked span`);
  return value;
};

export const textArgument = (call: TypedCall, at: number): string => {
  const value = call.arguments[at];
  invariant(
    value?.kind === 'literal' && typeof value.value === 'string',
    `argument ${at} of ${call.function} is a text`,
  );
  return value.value;
};

export const numberArgument = (call: TypedCall, at: number): number => {
  const value = call.arguments[at];
  invariant(value?.kind === 'literal' && value.value !== null, `argument ${at} of ${call.function} is a number`);
  return Number(value.value);
};

export const valueAt = (values: readonly string[], at: number): string => {
  const value = values[at];
  invariant(value !== undefined, `a checked call has an argument ${at}`);
  return value;
};

/** Infinity and NaN are null in ES|QL. */
export const finite = (context: EmitContext, sql: string): string => {
  const value = context.once(sql);
  return `CASE WHEN isfinite(${value}) THEN ${value} END`;
};

/** A function of DuckDB that takes the same arguments; null where it raises an error. */
export const named =
  (name: string): Emitter =>
  (values) =>
    `TRY(${name}(${values.join(', ')}))`;
