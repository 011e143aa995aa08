import type { Name, Span } from '../ast.ts';
import type { ParameterValue } from '../checked-query.ts';
import { problemAt } from '../errors.ts';
import type { EsqlProblem } from '../errors.ts';
import type { EsqlLimits } from '../limits.ts';
import { MAX_PROBLEMS } from '../limits.ts';
import type { CallSource, PlannedColumn, TypedLiteral } from '../plan.ts';
import type { ParameterReader } from './read-parameter.ts';
import type { FieldType, Schema } from '../schema.ts';
import { otherNameOf } from '../functions/foreign-functions.ts';
import { mainFields, suggestField } from '../suggest-field.ts';

/** The state of one check: what is known, and the problems found so far. */
export interface Checking {
  readonly text: string;
  readonly schema: Schema;
  readonly limits: EsqlLimits;
  readonly parameters: ParameterReader;
  readonly warnings: string[];
  readonly problems: EsqlProblem[];
  /** Ids of the columns that an index supplies. */
  readonly indexColumns: Set<number>;
  /** The kinds of the commands before the one that is checked. */
  readonly before: string[];
  newId(): number;
}

export interface ScopeColumn {
  readonly id: number;
  /** Undefined after a problem that has been reported already. */
  readonly type: FieldType | undefined;
  /** A row may hold several values of it. */
  readonly isMulti: boolean;
  /** Why it cannot be used, e.g. because two indices disagree on its type. */
  readonly conflict?: string;
  /** Then, the field as each of its types, null in the indices of another: what a conversion unites. */
  readonly variants?: readonly PlannedColumn[];
  /** What every row holds, if the query says so. */
  readonly constant?: TypedLiteral;
}
/** The columns at one place of the query, in order. */
export type Scope = ReadonlyMap<string, ScopeColumn>;

/** Notes the problem; undefined, so that a check can end with it. */
export const report = (checking: Checking, span: Span, message: string, reach?: 'outside'): undefined => {
  if (checking.problems.length < MAX_PROBLEMS) checking.problems.push(problemAt(checking.text, span, message, reach));
};

/** Notes what Elasticsearch has, or may have, and Sentinel's language has not. */
export const reportOutside = (checking: Checking, span: Span, message: string): undefined =>
  report(checking, span, message, 'outside');

export const sourceOf = (checking: Checking, span: Span): string => checking.text.slice(span.start, span.end);

/** Where the span stands and how it reads, for what is said of it when the query runs. */
export const callSourceOf = (checking: Checking, span: Span): CallSource => {
  const { line, column } = problemAt(checking.text, span, '');
  return { text: sourceOf(checking, span), line, column };
};

/** With what was probably meant; the first that resembles nothing tells which columns there are. */
export const reportUnknownColumn = (checking: Checking, scope: Scope, name: string, span: Span): undefined => {
  // What would have been meant by one that is not listed takes as long to find.
  if (checking.problems.length >= MAX_PROBLEMS) return undefined;
  const meant = isNow(name) ? ', did you mean [NOW()]?' : suggestField(name, scope.keys());
  const existing = [...scope].flatMap(([field, { type }]) => (type === undefined ? [] : [field]));
  const told = meant === '' && !checking.problems.some(tellsColumns) ? mainFields(existing) : meant;
  return report(checking, span, `${UNKNOWN_COLUMN} [${name}]${told}`);
};

const UNKNOWN_COLUMN = 'Unknown column';
const tellsColumns = ({ message }: EsqlProblem): boolean =>
  message.startsWith(`${UNKNOWN_COLUMN} `) && message.includes('; there ');

/** A function that takes no arguments has parentheses all the same. */
const isNow = (name: string): boolean => name.toUpperCase() === 'NOW' || otherNameOf(name.toUpperCase()) === 'NOW';

/** The name as text, an identifier parameter put in place; undefined if that is reported. */
export const nameOf = (checking: Checking, name: Name): string | undefined => {
  if (name.kind === 'name') return name.name;
  const value: ParameterValue | undefined = checking.parameters.read(name.key, name.span);
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  return report(checking, name.span, `Query parameter [${String(value)}] is not an identifier`);
};

/** An existing name is replaced and moves to the end. */
export const withColumn = (scope: Scope, name: string, column: ScopeColumn): Scope => {
  const next = new Map(scope);
  next.delete(name);
  return next.set(name, column);
};

export const placeOf = (checking: Checking, span: Span): string => {
  const { line, column } = problemAt(checking.text, span, '');
  return `${line}:${column}`;
};
