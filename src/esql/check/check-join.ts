import type { Expression, LookupJoinCommand, Name } from '../ast.ts';
import { byCodePoint } from './check-source.ts';
import { checkCondition } from './check-condition.ts';
import type { CheckedStep } from './check-stats.ts';
import { callSourceOf, nameOf, report, reportUnknownColumn } from './checking.ts';
import type { Checking, Scope, ScopeColumn } from './checking.ts';
import { joinKey } from './multi-values.ts';
import type { LookupJoinStep, TypedExpression } from '../plan.ts';
import type { IndexSchema } from '../schema.ts';
import { didYouMean } from '../suggest.ts';
import { commonType, typeLabel } from '../types.ts';

type JoinKey = LookupJoinStep['keys'][number];

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
  if (!commonType(key.type, type))
    return report(
      checking,
      on.span,
      `JOIN left field [${name}] of type [${typeLabel(key.type)}] is incompatible with right field [${name}] of type [${typeLabel(type)}]`,
    );
  const column = { kind: 'column', id: key.id, type: key.type, isMulti: key.isMulti } as const;
  return { expression: joinKey(column, callSourceOf(checking, command.span)), field: name, type };
};

const findLookup = (checking: Checking, { index: { pattern, isExcluded, span } }: LookupJoinCommand) => {
  if (pattern.includes('*') || isExcluded)
    return report(checking, span, `LOOKUP JOIN takes one index by its exact name, found [${pattern}]`);
  const index = checking.schema.get(pattern);
  if (index?.isLookup) return index;
  const lookups = [...checking.schema].flatMap(([other, schema]) => (schema.isLookup ? [other] : []));
  const message = index
    ? `LOOKUP JOIN requires a lookup index; [${pattern}] is none`
    : `Unknown index [${pattern}]${didYouMean(pattern, lookups)}`;
  return report(checking, span, message);
};

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const OPERANDS: ReadonlySet<string> = new Set(['column', 'literal', 'parameter', 'list']);

const conjunctsOf = (condition: Expression): readonly Expression[] =>
  condition.kind === 'binary' && condition.operator === 'AND'
    ? [...conjunctsOf(condition.left), ...conjunctsOf(condition.right)]
    : [condition];

/** The condition over the columns of both sides; undefined if it has a problem, which is reported. */
const checkJoinCondition = (
  checking: Checking,
  scope: Scope,
  added: LookupJoinStep['added'],
  condition: Expression,
): TypedExpression | undefined => {
  const other = conjunctsOf(condition).find(
    (one) =>
      one.kind !== 'binary' ||
      !COMPARISONS.has(one.operator) ||
      !OPERANDS.has(one.left.kind) ||
      !OPERANDS.has(one.right.kind),
  );
  if (other)
    return report(
      checking,
      other.span,
      'LOOKUP JOIN compares fields of the rows with fields of the lookup index, in comparisons joined by AND; EVAL others before',
    );
  const both = new Map<string, ScopeColumn>(scope);
  for (const { field, column } of added)
    both.set(
      field,
      scope.has(field)
        ? { ...column, conflict: `[${field}] is a field of the rows and of the lookup index; RENAME it before` }
        : column,
    );
  return checkCondition(checking, both, { kind: 'row' }, condition);
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
  return { scope: next, steps: [{ kind: 'lookup-join', index: command.index.pattern, keys, condition, added }] };
};
