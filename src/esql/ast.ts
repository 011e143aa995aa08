/** Offsets in the text of the query, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Node {
  readonly span: Span;
}

/** `?` and `??` count from 0 in the order of the text; `?1` from 1; `?name` by name. */
export type ParameterKey =
  | { readonly style: 'anonymous'; readonly index: number }
  | { readonly style: 'positional'; readonly position: number }
  | { readonly style: 'named'; readonly name: string };

/** A column, with its parts joined by dots and without backquotes. */
export interface PlainName extends Node {
  readonly kind: 'name';
  readonly name: string;
}
/** `??x`: an identifier given as a parameter. */
export interface ParameterName extends Node {
  readonly kind: 'parameter-name';
  readonly key: ParameterKey;
}
export type Name = PlainName | ParameterName;

/** `a*b` is ['a', 'b']: literal parts with any run of characters between them. */
export interface NamePattern extends Node {
  readonly kind: 'pattern';
  readonly parts: readonly string[];
}

export type LiteralValue =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'long'; readonly value: bigint }
  | { readonly type: 'unsigned_long'; readonly value: bigint }
  | { readonly type: 'double'; readonly value: number }
  | { readonly type: 'keyword'; readonly value: string };

export const SPAN_UNITS = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'quarter',
  'year',
] as const;
export type SpanUnit = (typeof SPAN_UNITS)[number];

export const CAST_TYPES = [
  'boolean',
  'integer',
  'long',
  'double',
  'keyword',
  'date',
  'ip',
  'version',
  'unsigned_long',
  'date_nanos',
  'date_period',
  'time_duration',
] as const;
export type CastType = (typeof CAST_TYPES)[number];

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=';

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly literal: LiteralValue;
}
/** `[1, 2]`: constants of one kind. */
export interface ListLiteral extends Node {
  readonly kind: 'list';
  readonly values: readonly Literal[];
}
export interface TimeSpan extends Node {
  readonly kind: 'time-span';
  readonly amount: number;
  readonly unit: SpanUnit;
}
export interface Parameter extends Node {
  readonly kind: 'parameter';
  readonly key: ParameterKey;
}
export interface ColumnReference extends Node {
  readonly kind: 'column';
  readonly name: Name;
}
export interface FunctionCall extends Node {
  readonly kind: 'call';
  /** In capitals; or given as `??name`. The operator `a : b` is the function `:`. */
  readonly function: string | ParameterName;
  readonly arguments: readonly Expression[];
}
/** The argument of COUNT(*). */
export interface Star extends Node {
  readonly kind: 'star';
}
export interface Negation extends Node {
  readonly kind: 'negate' | 'not';
  readonly operand: Expression;
}
export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}
/** Two or more conditions; as many as follow one another are one node, however many they are. */
export interface Junction extends Node {
  readonly kind: 'and' | 'or';
  readonly operands: readonly Expression[];
}
export interface InExpression extends Node {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly values: readonly Expression[];
  readonly isNegated: boolean;
}
export interface LikeExpression extends Node {
  readonly kind: 'like' | 'rlike';
  readonly operand: Expression;
  /** String literals or parameters. */
  readonly patterns: readonly (Literal | Parameter)[];
  readonly isNegated: boolean;
}
export interface IsNullExpression extends Node {
  readonly kind: 'is-null';
  readonly operand: Expression;
  readonly isNegated: boolean;
}
export interface CastExpression extends Node {
  readonly kind: 'cast';
  readonly operand: Expression;
  readonly type: CastType;
}

/** Options of a search function: `{"operator": "AND"}`. */
export interface Options extends Node {
  readonly kind: 'options';
  readonly entries: readonly { readonly key: string; readonly value: Literal | Parameter }[];
}

export type Expression =
  | Literal
  | ListLiteral
  | TimeSpan
  | Parameter
  | ColumnReference
  | FunctionCall
  | Star
  | Negation
  | BinaryExpression
  | Junction
  | InExpression
  | LikeExpression
  | IsNullExpression
  | CastExpression
  | Options;

/** An expression without a name is called by its source text, verbatim. */
export interface Field extends Node {
  readonly name: Name;
  readonly expression: Expression;
}
export interface AggregateField extends Field {
  readonly filter: Expression | null;
}

export interface IndexPattern extends Node {
  /** May hold `*`. */
  readonly pattern: string;
  readonly isExcluded: boolean;
}
export interface FromCommand extends Node {
  readonly kind: 'from';
  readonly indices: readonly IndexPattern[];
  /** Names after METADATA. */
  readonly metadata: readonly PlainName[];
}
export interface RowCommand extends Node {
  readonly kind: 'row';
  readonly fields: readonly Field[];
}
export interface WhereCommand extends Node {
  readonly kind: 'where';
  readonly condition: Expression;
}
export interface EvalCommand extends Node {
  readonly kind: 'eval';
  readonly fields: readonly Field[];
}
export interface StatsCommand extends Node {
  readonly kind: 'stats' | 'inline-stats';
  readonly aggregates: readonly AggregateField[];
  readonly groups: readonly Field[];
}
export interface LookupJoinCommand extends Node {
  readonly kind: 'lookup-join';
  readonly index: IndexPattern;
  /** Fields which all must be equal; none where there is a condition. */
  readonly on: readonly Name[];
  /** Comparisons between fields of the rows and of the index, joined by AND. */
  readonly condition: Expression | null;
}
export interface ExpandCommand extends Node {
  readonly kind: 'mv-expand';
  readonly column: Name;
}
export interface SampleCommand extends Node {
  readonly kind: 'sample';
  readonly probability: Literal | Parameter;
}
/** DISSECT with one pattern, GROK with one or more. */
export interface ExtractCommand extends Node {
  readonly kind: 'dissect' | 'grok';
  readonly input: Expression;
  readonly patterns: readonly (Literal | Parameter)[];
  /** APPEND_SEPARATOR of DISSECT. */
  readonly separator: Literal | Parameter | null;
}
export interface ChangePointCommand extends Node {
  readonly kind: 'change-point';
  readonly value: Name;
  readonly key: Name | null;
  /** AS type, pvalue. */
  readonly names: { readonly type: Name; readonly pvalue: Name } | null;
}
export interface SortKey extends Node {
  readonly expression: Expression;
  readonly direction: 'asc' | 'desc';
  readonly nulls: 'first' | 'last';
}
export interface SortCommand extends Node {
  readonly kind: 'sort';
  readonly keys: readonly SortKey[];
}
export interface LimitCommand extends Node {
  readonly kind: 'limit';
  readonly count: Literal | Parameter;
}
export interface SelectCommand extends Node {
  readonly kind: 'keep' | 'drop';
  readonly patterns: readonly (NamePattern | ParameterName)[];
}
export interface Renaming extends Node {
  readonly from: Name;
  readonly to: Name;
}
export interface RenameCommand extends Node {
  readonly kind: 'rename';
  readonly renamings: readonly Renaming[];
}

export type SourceCommand = FromCommand | RowCommand;
export type ProcessingCommand =
  | WhereCommand
  | EvalCommand
  | StatsCommand
  | LookupJoinCommand
  | ExpandCommand
  | SampleCommand
  | ExtractCommand
  | ChangePointCommand
  | SortCommand
  | LimitCommand
  | SelectCommand
  | RenameCommand;

export interface Query extends Node {
  readonly source: SourceCommand;
  readonly commands: readonly ProcessingCommand[];
}
