import { checkCategorize, isCategorize } from './check-categorize.ts';
import type { AggregateField, Field, StatsCommand } from '../ast.ts';
import { nameOf, placeOf, report, sourceOf, withColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import { checkCondition } from './check-condition.ts';
import { checkExpression, shapeOf } from './check-expression.ts';
import type { GroupKey, StatsCollector } from './expression-context.ts';
import { isMulti } from './multi-values.ts';
import type { Assignment, PlannedColumn, PlanStep, StatsStep, TypedExpression } from '../plan.ts';
import { asResult } from '../types.ts';

export interface CheckedStep {
  readonly scope: Scope;
  readonly steps: readonly PlanStep[];
  /** The columns cannot be known after a problem, so that what follows is not checked. */
  readonly isLost?: boolean;
}

interface Output {
  readonly name: string;
  readonly field: Field;
  readonly column: PlannedColumn | undefined;
}

const checkGroup = (
  checking: Checking,
  scope: Scope,
  field: Field,
  place: 'only' | 'second' | 'inline',
): { key: Output; assignment: Assignment | null } => {
  const name = nameOf(checking, field.name);
  const value = checkExpression(checking, scope, { kind: 'group' }, field.expression);
  const text = name ?? '';
  if (value?.kind === 'span') {
    report(checking, field.expression.span, `STATS does not support type [${value.type}]`);
    return { key: { name: text, field, column: undefined }, assignment: null };
  }
  if (value) checkCategorize(checking, field, value, place);
  // A plain column keeps its type; text grouped by is keyword.
  const column = value && { id: checking.newId(), type: asResult(value.type), isMulti: false };
  return {
    key: { name: text, field, column },
    assignment: column ? { column, expression: value } : null,
  };
};

/** Around aggregates every column is one of them or a group. */
const usesColumn = (value: TypedExpression): boolean => {
  if (value.kind === 'call') return value.arguments.some(usesColumn);
  return value.kind === 'widen' ? usesColumn(value.operand) : value.kind === 'column';
};

const checkAggregateField = (
  checking: Checking,
  scope: Scope,
  field: AggregateField,
  collector: StatsCollector,
): TypedExpression | undefined => {
  const filter = field.filter && checkCondition(checking, scope, { kind: 'filter' }, field.filter);
  const source = sourceOf(checking, field.expression.span);
  const { expression } = field;
  const shape = shapeOf(expression);
  const column = expression.kind === 'column' && expression.name.kind === 'name' ? expression.name.name : undefined;
  if (collector.groups.some((key) => key.shape === shape || (column !== undefined && key.name === column)))
    return report(checking, field.expression.span, `grouping key [${source}] already specified in the STATS BY clause`);
  const before = checking.problems.length;
  const value = checkExpression(
    checking,
    scope,
    { kind: 'aggregate-output', collector, filter: filter ?? null },
    field.expression,
  );
  if (!value || (field.filter && !filter)) return undefined;
  if (checking.problems.length === before && !usesColumn(value))
    return report(checking, field.expression.span, `expected an aggregate function but found [${source}]`);
  if (value.kind === 'span')
    return report(checking, field.expression.span, `STATS does not support type [${value.type}]`);
  return value;
};

/** The last field of a name stays, and a group beats an aggregate. */
const withoutShadowed = (checking: Checking, outputs: readonly Output[]): readonly Output[] =>
  outputs.filter((output, at) => {
    const later = outputs.slice(at + 1).findLast(({ name }) => name === output.name);
    if (!later) return true;
    const place = placeOf(checking, output.field.span);
    checking.warnings.push(
      `Line ${place}: Field '${output.name}' shadowed by field at line ${placeOf(checking, later.field.span)}`,
    );
    return false;
  });

const evalOf = (assignments: readonly Assignment[]): readonly PlanStep[] =>
  assignments.length > 0 ? [{ kind: 'eval', assignments }] : [];

export const checkStats = (checking: Checking, scope: Scope, command: StatsCommand): CheckedStep => {
  const groups = command.groups.map((field, position) => {
    const isSecond = command.groups.slice(0, position).some(({ expression }) => isCategorize(expression));
    const place = command.kind === 'inline-stats' ? 'inline' : isSecond ? 'second' : 'only';
    return checkGroup(checking, scope, field, place);
  });
  const keys = groups.flatMap(({ key }): GroupKey[] =>
    key.column ? [{ name: key.name, shape: shapeOf(key.field.expression), column: key.column }] : [],
  );
  const collector: StatsCollector = { groups: keys, aggregates: [] };
  const around: Assignment[] = [];
  const aggregates = command.aggregates.map((field): Output => {
    const name = nameOf(checking, field.name) ?? '';
    const value = checkAggregateField(checking, scope, field, collector);
    if (!value || value.kind === 'span') return { name, field, column: undefined };
    if (value.kind === 'column') return { name, field, column: value };
    const column = { id: checking.newId(), type: asResult(value.type), isMulti: isMulti(value) };
    around.push({ column, expression: value });
    return { name, field, column };
  });
  const outputs = withoutShadowed(checking, [...aggregates, ...groups.map(({ key }) => key)]);
  let next: Scope = new Map();
  for (const { name, column } of outputs)
    next = withColumn(next, name, column ?? { id: checking.newId(), type: undefined, isMulti: false });
  const stats: StatsStep = {
    kind: 'stats',
    isInline: false,
    groups: groups.flatMap(({ assignment }) => assignment ?? []),
    aggregates: collector.aggregates,
    gathered: null,
  };
  if (command.kind === 'stats') return { scope: next, steps: [stats, ...evalOf(around)] };
  const inline = onRows(checking, stats, around);
  return { scope: withColumns(scope, next, inline.columnOf), steps: inline.steps };
};

/** INLINE STATS: the groups are computed on the rows first, which may hold several values of them. */
const onRows = (checking: Checking, stats: StatsStep, around: readonly Assignment[]) => {
  const rows = stats.groups.map(({ column, expression }): Assignment => ({
    column: { id: checking.newId(), type: column.type, isMulti: isMulti(expression) },
    expression,
  }));
  const groups = stats.groups.map(({ column }, at): Assignment => {
    const row = rows[at]?.column ?? column;
    return { column, expression: { kind: 'column', ...row } };
  });
  const columnOf = new Map(stats.groups.map(({ column }, at) => [column.id, rows[at]?.column ?? column]));
  const before: PlanStep = { kind: 'eval', assignments: rows };
  const inline: StatsStep = { ...stats, isInline: true, groups };
  if (!rows.some(({ column }) => column.isMulti)) return { columnOf, steps: [before, inline, ...evalOf(around)] };
  const taken = [...stats.aggregates, ...around].map(({ column }) => ({
    ofGroup: column,
    column: { id: checking.newId(), type: column.type, isMulti: true },
  }));
  for (const { ofGroup, column } of taken) columnOf.set(ofGroup.id, column);
  return { columnOf, steps: [before, { ...inline, gathered: { around, taken } }] };
};

/** What is overwritten moves to the end, with the groups. */
const withColumns = (before: Scope, added: Scope, columnOf: ReadonlyMap<number, PlannedColumn>): Scope => {
  let next = before;
  for (const [name, column] of added) next = withColumn(next, name, columnOf.get(column.id) ?? column);
  return next;
};
