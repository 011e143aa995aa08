import type { ColumnReference, Expression, ListLiteral } from '../ast.ts';
import { nameOf, report, reportUnknownColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import { checkCall, checkCast } from './check-call.ts';
import { checkOperator } from './check-operator.ts';
import { spanOf } from './convert.ts';
import { constantOfParameter, listOf } from './read-parameter.ts';
import type { ExpressionContext, GroupKey, Place } from './expression-context.ts';
import type { PlannedColumn, TypedExpression } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { commonType } from '../types.ts';

/** Equal for expressions that differ at most in where they stand. */
export const shapeOf = (expression: Expression): string =>
  JSON.stringify(expression, (name, value: unknown) =>
    name === 'span' ? undefined : typeof value === 'bigint' ? String(value) : value,
  );

const groupsOf = (place: Place): readonly GroupKey[] =>
  place.kind === 'aggregate-output' || place.kind === 'aggregate-argument' ? place.collector.groups : [];

const asTyped = ({ id, type, isMulti }: PlannedColumn): TypedExpression => ({ kind: 'column', id, type, isMulti });

const checkColumn = (context: ExpressionContext, reference: ColumnReference): TypedExpression | undefined => {
  const { checking, scope, place } = context;
  const name = nameOf(checking, reference.name);
  if (name === undefined) return undefined;
  const column = scope.get(name);
  if (place.kind === 'aggregate-output') {
    const group = place.collector.groups.find((key) => key.name === name);
    if (group) return asTyped(group.column);
    if (!column) return reportUnknownColumn(checking, scope, name, reference.span);
    const message = `column [${name}] must appear in the STATS BY clause or be used in an aggregate function`;
    return report(checking, reference.span, message);
  }
  if (!column) {
    const group = groupsOf(place).find((key) => key.name === name);
    return group ? asTyped(group.column) : reportUnknownColumn(checking, scope, name, reference.span);
  }
  if (column.conflict !== undefined) return report(checking, reference.span, column.conflict);
  const { id, type, isMulti, constant } = column;
  return type === undefined ? undefined : { kind: 'column', id, type, isMulti, ...(constant ? { constant } : {}) };
};

/** Constants of one kind, or numbers in the widest of their types. */
const checkList = (context: ExpressionContext, node: ListLiteral): TypedExpression | undefined => {
  let type: FieldType = 'null';
  for (const { literal, span } of node.values) {
    const common = commonType(type, literal.type);
    if (!common)
      return report(context.checking, span, `a list of [${type}] cannot hold a value of type [${literal.type}]`);
    type = common;
  }
  return listOf(
    node.values.map(({ literal }) => ({
      kind: 'literal',
      type: literal.type,
      value: literal.type === 'null' ? null : literal.value,
    })),
  );
};

/**
 * The expression with names resolved, types known and conversions written out.
 * Undefined if it has a problem, which is noted; what is built on it then stays silent.
 */
const checkNode = (context: ExpressionContext, expression: Expression): TypedExpression | undefined => {
  const groups = groupsOf(context.place);
  if (groups.length > 0 && (context.place.kind === 'aggregate-output' || expression.kind === 'call')) {
    const shape = shapeOf(expression);
    const group = groups.find((key) => key.shape === shape);
    if (group) return asTyped(group.column);
  }
  switch (expression.kind) {
    case 'literal':
      return {
        kind: 'literal',
        type: expression.literal.type,
        value: expression.literal.type === 'null' ? null : expression.literal.value,
      };
    case 'list':
      return checkList(context, expression);
    case 'time-span':
      return spanOf(expression.amount, expression.unit);
    case 'parameter': {
      const value = context.checking.parameters.read(expression.key, expression.span);
      if (value === undefined) return undefined;
      return (
        constantOfParameter(value) ??
        report(
          context.checking,
          expression.span,
          `Query parameter [${String(value)}] is not ${typeof value === 'object' ? 'a list of values of one kind' : 'a finite number'}`,
        )
      );
    }
    case 'column':
      return checkColumn(context, expression);
    case 'star':
      return report(context.checking, expression.span, '[*] can only stand in COUNT(*)');
    case 'options':
      return report(
        context.checking,
        expression.span,
        'options in braces can only be the last argument of a function that takes any',
      );
    case 'call':
      return checkCall(context, expression);
    case 'cast':
      return checkCast(context, expression);
    default:
      return checkOperator(context, expression);
  }
};

/** An expression at a place of the query: its names resolved, its types known. */
export const checkExpression = (
  checking: Checking,
  scope: Scope,
  place: Place,
  expression: Expression,
): TypedExpression | undefined => checkNode({ checking, scope, place, check: checkNode }, expression);
