import type { SpanUnit } from './ast.ts';
import type { FieldType } from './schema.ts';

/** A time span is the type of a constant, never of a column. */
export type ValueType = FieldType | 'time_duration' | 'date_period';

/**
 * long and unsigned_long are a bigint; date is milliseconds since 1970 in UTC, date_nanos nanoseconds as a
 * bigint; ip and version are the texts of values/ip.ts and values/version.ts.
 */
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
/** Two or more constants of one type. */
export interface TypedList {
  readonly kind: 'list';
  readonly type: FieldType;
  readonly values: readonly Exclude<ConstantValue, null>[];
}
export interface PlannedColumn {
  readonly id: number;
  readonly type: FieldType;
  /** A row may hold several values of it. */
  readonly isMulti: boolean;
}
/** A column of a row; its id is unique in the plan, its name may change on the way. */
export interface TypedColumn extends PlannedColumn {
  readonly kind: 'column';
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
  /** What a row on which the call fails holds instead, if that is not null. */
  readonly failsAs?: 'false';
  /** It is looked for in every field that can hold it, and not in one that the query names. */
  readonly isInEveryField?: true;
}
/** An operator or a function of the table, its arguments converted to what it takes. */
export interface TypedCall {
  readonly kind: 'call';
  readonly function: string;
  readonly arguments: readonly TypedExpression[];
  readonly type: FieldType;
  /** It may have several values. */
  readonly isMulti: boolean;
  readonly source: CallSource;
}
/** Implicit conversion that cannot fail: a wider number, or null of a type. */
export interface TypedWidening {
  readonly kind: 'widen';
  readonly operand: TypedExpression;
  readonly type: FieldType;
}
export type TypedExpression = TypedLiteral | TypedList | TypedSpan | TypedColumn | TypedCall | TypedWidening;

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
    /** Columns of nanoseconds that are stored here as dates, because another index has them. */
    readonly datesToNanos: ReadonlySet<number>;
    /** Of these fields the index may hold several values in a row. */
    readonly multiValued: ReadonlySet<string>;
  }[];
  readonly columns: readonly PlannedColumn[];
  /** The column of METADATA _index, or null. */
  readonly indexColumn: PlannedColumn | null;
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
  /** INLINE STATS: the rows stay, and each takes the aggregates of its group; the groups are columns of them. */
  readonly isInline: boolean;
  readonly groups: readonly Assignment[];
  readonly aggregates: readonly PlannedAggregate[];
  /** Where a row may belong to several groups and stays one row; null elsewhere. */
  readonly gathered: GatheredGroups | null;
}
/** What each group has is computed, and a row takes the values of all its groups, in the order of its keys. */
export interface GatheredGroups {
  /** Expressions around the aggregates. */
  readonly around: readonly Assignment[];
  readonly taken: readonly { readonly ofGroup: PlannedColumn; readonly column: PlannedColumn }[];
}
export interface JoinKey {
  readonly expression: TypedExpression;
  /** Of the lookup index; where it may have several values, a row of several matches nothing. */
  readonly field: string;
  readonly type: FieldType;
  readonly isMulti: boolean;
}
export interface LookupJoinStep {
  readonly kind: 'lookup-join';
  readonly index: string;
  /** A row matches where all are equal. */
  readonly keys: readonly JoinKey[];
  /** Of the columns of the rows and of the added ones; null where the keys decide. */
  readonly condition: TypedExpression | null;
  /** What the condition compares of the rows that may have several values, which match nothing and are told. */
  readonly compared: readonly TypedExpression[];
  readonly added: readonly { readonly column: PlannedColumn; readonly field: string }[];
}
/** A row for each value. */
export interface ExpandStep {
  readonly kind: 'mv-expand';
  readonly expression: TypedExpression;
  readonly column: PlannedColumn;
}
/** Each row stays with this probability. */
export interface SampleStep {
  readonly kind: 'sample';
  readonly probability: number;
}
/** Rows sorted by the key, with what changes in the values in their order: null except where it does. */
export interface ChangePointStep {
  readonly kind: 'change-point';
  readonly value: TypedExpression;
  readonly key: TypedExpression;
  readonly type: PlannedColumn;
  readonly pvalue: PlannedColumn;
  readonly source: CallSource;
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
export type PlanStep =
  | FromStep
  | RowStep
  | WhereStep
  | EvalStep
  | StatsStep
  | LookupJoinStep
  | ExpandStep
  | SampleStep
  | ChangePointStep
  | SortStep
  | LimitStep;

/** What a checked query does, with names resolved, types known and conversions written out. */
export interface Plan {
  readonly steps: readonly PlanStep[];
  readonly output: readonly (PlannedColumn & { readonly name: string })[];
  /** An answer with as many rows may be cut. */
  readonly rowLimit: number;
}
