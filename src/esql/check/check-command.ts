import type { EvalCommand, LimitCommand, ProcessingCommand, RowCommand, SortCommand, WhereCommand } from '../ast.ts';
import { checkRename, checkSelect } from './check-columns.ts';
import { checkCondition } from './check-condition.ts';
import { checkExpression } from './check-expression.ts';
import { checkChangePoint } from './check-change-point.ts';
import { checkDissect, checkGrok } from './check-extract.ts';
import { checkExpand, checkSample } from './check-rows.ts';
import { checkLookupJoin } from './check-join.ts';
import { checkStats } from './check-stats.ts';
import type { CheckedStep } from './check-stats.ts';
import { foldConstant } from './fold-constant.ts';
import { callSourceOf, nameOf, report, sourceOf, withColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import { greatest, isMulti, least } from './multi-values.ts';
import type { Assignment, SortStep } from '../plan.ts';

/** EVAL and ROW: from left to right, later ones see earlier ones. */
export const checkFields = (
  checking: Checking,
  start: Scope,
  command: Pick<EvalCommand | RowCommand, 'fields' | 'kind'>,
): CheckedStep => {
  let scope = start;
  const assignments: Assignment[] = [];
  const word = command.kind.toUpperCase();
  for (const field of command.fields) {
    const value = checkExpression(checking, scope, { kind: 'row' }, field.expression);
    const name = nameOf(checking, field.name);
    const id = checking.newId();
    if (value?.kind === 'span')
      report(checking, field.expression.span, `${word} does not support type [${value.type}]`);
    const type = value?.kind === 'span' ? undefined : value?.type;
    const constant = value && foldConstant(value);
    const hasSeveral = value !== undefined && isMulti(value);
    const known = constant?.kind === 'literal' ? { constant } : {};
    if (name !== undefined) scope = withColumn(scope, name, { id, type, isMulti: hasSeveral, ...known });
    if (value && type !== undefined) assignments.push({ column: { id, type, isMulti: hasSeveral }, expression: value });
  }
  return { scope, steps: [{ kind: 'eval', assignments }] };
};

const checkWhere = (checking: Checking, scope: Scope, command: WhereCommand): CheckedStep => {
  const condition = checkCondition(checking, scope, { kind: 'row', isCondition: true }, command.condition);
  return { scope, steps: condition ? [{ kind: 'where', condition }] : [] };
};

const checkSort = (checking: Checking, scope: Scope, command: SortCommand): CheckedStep => {
  const keys: SortStep['keys'][number][] = [];
  for (const { expression, direction, nulls } of command.keys) {
    const value = checkExpression(checking, scope, { kind: 'row' }, expression);
    if (value?.kind === 'span') report(checking, expression.span, `cannot sort on [${value.type}]`);
    else if (value) {
      const source = callSourceOf(checking, expression.span);
      keys.push({ expression: (direction === 'asc' ? least : greatest)(value, source), direction, nulls });
    }
  }
  return { scope, steps: [{ kind: 'sort', keys }] };
};

const checkLimit = (checking: Checking, scope: Scope, command: LimitCommand): CheckedStep => {
  const value = checkExpression(checking, scope, { kind: 'row' }, command.count);
  if (value?.kind !== 'literal') return { scope, steps: [] };
  const isCount =
    (value.type === 'integer' || value.type === 'long') && value.value !== null && Number(value.value) >= 0;
  if (isCount) return { scope, steps: [{ kind: 'limit', count: Number(value.value) }] };
  const shown = command.count.kind === 'parameter' ? String(value.value) : sourceOf(checking, command.count.span);
  report(checking, command.count.span, `Invalid value for LIMIT [${shown}], expecting a non negative integer`);
  return { scope, steps: [] };
};

/** The columns after a command, and what a translation has to do for it. */
export const checkCommand = (checking: Checking, scope: Scope, command: ProcessingCommand): CheckedStep => {
  switch (command.kind) {
    case 'where':
      return checkWhere(checking, scope, command);
    case 'eval':
      return checkFields(checking, scope, command);
    case 'stats':
    case 'inline-stats':
      return checkStats(checking, scope, command);
    case 'lookup-join':
      return checkLookupJoin(checking, scope, command);
    case 'mv-expand':
      return checkExpand(checking, scope, command);
    case 'sample':
      return checkSample(checking, scope, command);
    case 'dissect':
      return checkDissect(checking, scope, command);
    case 'grok':
      return checkGrok(checking, scope, command);
    case 'change-point':
      return checkChangePoint(checking, scope, command);
    case 'sort':
      return checkSort(checking, scope, command);
    case 'limit':
      return checkLimit(checking, scope, command);
    case 'keep':
    case 'drop':
      return { scope: checkSelect(checking, scope, command), steps: [] };
    case 'rename':
      return { scope: checkRename(checking, scope, command), steps: [] };
  }
};
