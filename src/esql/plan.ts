import type { SpanUnit } from './ast.ts';
import type { FieldType } from './schema.ts';

/** A time span is the type of a constant, never of a column. */
export type ValueType = FieldType | 'time_duration' | 'date_period';

/** long is a bigint; date is milliseconds since 1970 in UTC. */
export type ConstantValue = string | number | bigint | boolean | null;

export interface TypedLiteral {
  readonly kind: 'literal';
  readonly type: FieldType;
  readonly value: ConstantValue;
}
export interface TypedSpan {
  readonly kind: 'span';
  readonly type: 'time_duration' | 'date_period';
  readonly amount: number;
  readonly unit: SpanUnit;
}
/** A column of a row; its id is unique in the plan, its name may change on the way. */
export interface TypedColumn {
  readonly kind: 'column';
  readonly id: number;
  readonly type: FieldType;
  /** What every row holds, if the query says so. */
  readonly constant?: TypedLiteral;
}
/** Where a call stands in the query's text, and how it reads there. */
export interface CallSource {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
}
/** An operator or a function of the table, its arguments converted to what it takes. */
export interface TypedCall {
  readonly kind: 'call';
  readonly function: string;
  readonly arguments: readonly TypedExpression[];
  readonly type: FieldType;
  readonly source: CallSource;
}
/** Implicit conversion that cannot fail: a wider number, or null of a type. */
export interface TypedWidening {
  readonly kind: 'widen';
  readonly operand: TypedExpression;
  readonly type: FieldType;
}
export type TypedExpression = TypedLiteral | TypedSpan | TypedColumn | TypedCall | TypedWidening;

export interface PlannedColumn {
  readonly id: number;
  readonly type: FieldType;
}
export interface Assignment {
  readonly column: PlannedColumn;
  readonly expression: TypedExpression;
}
export interface PlannedAggregate {
  readonly column: PlannedColumn;
  readonly function: string;
  readonly arguments: readonly TypedExpression[];
  readonly filter: TypedExpression | null;
  readonly source: CallSource;
}

export interface FromStep {
  readonly kind: 'from';
  readonly indices: readonly {
    readonly name: string;
    readonly hasTimestamp: boolean;
    /** Fields that this index has, by column. */
    readonly fields: ReadonlyMap<number, string>;
  }[];
  readonly columns: readonly PlannedColumn[];
}
export interface RowStep {
  readonly kind: 'row';
}
export interface WhereStep {
  readonly kind: 'where';
  readonly condition: TypedExpression;
}
/** Each assignment may use the columns of the ones before it. */
export interface EvalStep {
  readonly kind: 'eval';
  readonly assignments: readonly Assignment[];
}
/** Only the groups and aggregates survive; expressions around aggregates are an EVAL after it. */
export interface StatsStep {
  readonly kind: 'stats';
  readonly groups: readonly Assignment[];
  readonly aggregates: readonly PlannedAggregate[];
}
export interface LookupJoinStep {
  readonly kind: 'lookup-join';
  readonly index: string;
  readonly key: TypedColumn;
  readonly keyField: string;
  readonly keyType: FieldType;
  readonly added: readonly { readonly column: PlannedColumn; readonly field: string }[];
}
export interface SortStep {
  readonly kind: 'sort';
  readonly keys: readonly {
    readonly expression: TypedExpression;
    readonly direction: 'asc' | 'desc';
    readonly nulls: 'first' | 'last';
  }[];
}
export interface LimitStep {
  readonly kind: 'limit';
  readonly count: number;
}
export type PlanStep = FromStep | RowStep | WhereStep | EvalStep | StatsStep | LookupJoinStep | SortStep | LimitStep;

/** What a checked query does, with names resolved, types known and conversions written out. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly output: readonly { readonly id: number; readonly name: string; readonly type: FieldType }[];
  /** An answer with as many rows may be cut. */
  readonly rowLimit: number;
}
