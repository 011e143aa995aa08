import type { Expression, LookupJoinCommand, Name } from '../ast.ts';
import { byCodePoint } from './check-source.ts';
import { checkCondition } from './check-condition.ts';
import type { CheckedStep } from './check-stats.ts';
import { callSourceOf, nameOf, report, reportUnknownColumn } from './checking.ts';
import type { Checking, Scope, ScopeColumn } from './checking.ts';
import { widen } from './convert.ts';
import { joinKey } from './multi-values.ts';
import type { JoinKey, LookupJoinStep, TypedExpression } from '../plan.ts';
import type { FieldType, IndexSchema } from '../schema.ts';
import { didYouMean, inWords } from '../suggest.ts';
import { commonType, isDate, typeLabel } from '../types.ts';

// Join.UNSUPPORTED_TYPES of Elasticsearch 9.2, of those that are types here.
const UNMATCHED: ReadonlySet<FieldType> = new Set(['text', 'version', 'unsigned_long']);

/** A field of the rows and of the lookup index that are compared; undefined if they cannot be, which is reported. */
const checkJoinKey = (
  checking: Checking,
  scope: Scope,
  command: LookupJoinCommand,
  index: IndexSchema | undefined,
  on: Name,
): JoinKey | undefined => {
  const name = nameOf(checking, on);
  if (name === undefined) return undefined;
  const key = scope.get(name);
  if (!key) return reportUnknownColumn(checking, scope, name, on.span);
  if (key.conflict !== undefined) return report(checking, on.span, key.conflict);
  if (!index || key.type === undefined) return undefined;
  const type = index.fields.get(name);
  if (!type)
    return report(
      checking,
      on.span,
      `Unknown column [${name}] in right side of join${didYouMean(name, index.fields.keys())}`,
    );
  if (!commonType(key.type, type) || (isDate(key.type) && key.type !== type))
    return report(
      checking,
      on.span,
      `JOIN left field [${name}] of type [${typeLabel(key.type)}] is incompatible with right field [${name}] of type [${typeLabel(type)}]`,
    );
  if (UNMATCHED.has(type))
    return report(checking, on.span, `JOIN with right field [${name}] of type [${typeLabel(type)}] is not supported`);
  const column = { kind: 'column', id: key.id, type: key.type, isMulti: key.isMulti } as const;
  const own = key.type === 'null' ? widen(column, type) : column;
  const isMulti = index.multiValued?.has(name) === true;
  return { expression: joinKey(own, callSourceOf(checking, command.span)), field: name, type, isMulti };
};

const MAX_LISTED = 20;

/** What can be joined, where nothing is near to what was asked for. */
const listLookups = (names: readonly string[]): string => {
  const listed = names.toSorted(byCodePoint).slice(0, MAX_LISTED);
  const rest = names.length - listed.length;
  if (listed.length === 0) return '; there is no lookup table';
  const parts = rest > 0 ? [...listed, `${rest} more`] : listed;
  return `; there ${parts.length === 1 ? 'is' : 'are'} ${inWords(parts)}`;
};

const findLookup = (checking: Checking, { index: { pattern, isExcluded, span } }: LookupJoinCommand) => {
  if (pattern.includes('*') || isExcluded)
    return report(checking, span, `LOOKUP JOIN takes one index by its exact name, found [${pattern}]`);
  const index = checking.schema.get(pattern);
  if (index?.isLookup) return index;
  const lookups = [...checking.schema].flatMap(([other, schema]) => (schema.isLookup ? [other] : []));
  const offered = lookups.filter((other) => checking.schema.get(other)?.isInternal !== true);
  const message = index
    ? `LOOKUP JOIN requires a lookup index; [${pattern}] is none`
    : `Unknown index [${pattern}]${didYouMean(pattern, lookups) || listLookups(offered)}`;
  return report(checking, span, message);
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const OPERANDS: ReadonlySet<string> = new Set(['column', 'literal', 'parameter', 'list']);

const CALLS: ReadonlySet<string> = new Set([
  ':',
  'MATCH',
  'MATCH_PHRASE',
  'MULTI_MATCH',
  'STARTS_WITH',
  'ENDS_WITH',
  'CIDR_MATCH',
]);

const conjunctsOf = (condition: Expression): readonly Expression[] =>
  condition.kind === 'and' ? condition.operands.flatMap(conjunctsOf) : [condition];

/** Whether an index can answer it: what computes nothing. */
const isJoinable = (condition: Expression): boolean => {
  const isOperand = ({ kind }: Expression): boolean => OPERANDS.has(kind);
  switch (condition.kind) {
    case 'binary':
      return COMPARISONS.has(condition.operator) && isOperand(condition.left) && isOperand(condition.right);
    case 'and':
    case 'or':
      return condition.operands.every(isJoinable);
    case 'not':
      return isJoinable(condition.operand);
    case 'in':
      return isOperand(condition.operand) && condition.values.every(isOperand);
    case 'like':
    case 'rlike':
    case 'is-null':
      return isOperand(condition.operand);
    case 'call':
      return (
        typeof condition.function === 'string' &&
        CALLS.has(condition.function) &&
        condition.arguments.every((argument) => isOperand(argument) || argument.kind === 'options')
      );
    default:
      return false;
  }
};

/** The condition over the columns of both sides; undefined if it has a problem, which is reported. */
const checkJoinCondition = (
  checking: Checking,
  scope: Scope,
  added: LookupJoinStep['added'],
  condition: Expression,
): TypedExpression | undefined => {
  const other = conjunctsOf(condition).find((one) => !isJoinable(one));
  if (other)
    return report(
      checking,
      other.span,
      'LOOKUP JOIN takes comparisons of fields of the rows and of the lookup index, and LIKE, RLIKE, IN, IS NULL, MATCH and the like of fields; EVAL others before',
    );
  const both = new Map<string, ScopeColumn>(scope);
  for (const { field, column } of added)
    both.set(
      field,
      scope.has(field)
        ? { ...column, conflict: `[${field}] is a field of the rows and of the lookup index; RENAME it before` }
        : column,
    );
  const lookup = new Set(added.map(({ column }) => column.id));
  return checkCondition(checking, both, { kind: 'row', lookup }, condition);
};

/** The columns of the rows that a condition compares, as far as they may have several values. */
const comparedBy = (checking: Checking, scope: Scope, command: LookupJoinCommand): readonly TypedExpression[] => {
  const condition = command.condition ? conjunctsOf(command.condition) : [];
  const operands = condition.flatMap((one) => (one.kind === 'binary' ? [one.left, one.right] : []));
  return operands.flatMap((operand): readonly TypedExpression[] => {
    const name = operand.kind === 'column' && operand.name.kind === 'name' ? operand.name.name : null;
    const column = name === null ? undefined : scope.get(name);
    if (column?.type === undefined || !column.isMulti) return [];
    const value = { kind: 'column', id: column.id, type: column.type, isMulti: true } as const;
    return [joinKey(value, callSourceOf(checking, command.span))];
  });
};

/** Adds the lookup index's columns; one of the same name is overwritten. */
export const checkLookupJoin = (checking: Checking, scope: Scope, command: LookupJoinCommand): CheckedStep => {
  const index = findLookup(checking, command);
  const keys = command.on.map((on) => checkJoinKey(checking, scope, command, index, on));
  const lost: CheckedStep = { scope, steps: [], isLost: true };
  if (!index || !keys.every((key) => key !== undefined)) return lost;
  const joined = new Set(keys.map(({ field }) => field));
  const fields = [...index.fields].filter(([field]) => !joined.has(field)).sort(([a], [b]) => byCodePoint(a, b));
  const hasSeveral = (field: string): boolean => index.multiValued?.has(field) === true;
  const added = fields.map(([field, type]) => ({
    field,
    column: { id: checking.newId(), type, isMulti: hasSeveral(field) },
  }));
  const next = new Map(scope);
  for (const { field, column } of added) {
    next.delete(field);
    next.set(field, column);
  }
  const condition = command.condition && checkJoinCondition(checking, scope, added, command.condition);
  if (condition === undefined) return lost;
  const compared = comparedBy(checking, scope, command);
  return {
    scope: next,
    steps: [{ kind: 'lookup-join', index: command.index.pattern, keys, condition, compared, added }],
  };
};
