import type { ChangePointCommand, Name } from '../ast.ts';
import { checkExpression } from './check-expression.ts';
import { callSourceOf, nameOf, report, reportUnknownColumn, sourceOf, withColumn } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import { single } from './multi-values.ts';
import type { TypedExpression } from '../plan.ts';
import { isNumber, typeLabel } from '../types.ts';

const DEFAULT_KEY = '@timestamp';

const checkColumn = (checking: Checking, scope: Scope, name: Name): TypedExpression | undefined =>
  checkExpression(checking, scope, { kind: 'row' }, { kind: 'column', name, span: name.span });

const checkKey = (checking: Checking, scope: Scope, command: ChangePointCommand): TypedExpression | undefined => {
  if (command.key) return checkColumn(checking, scope, command.key);
  if (!scope.has(DEFAULT_KEY)) return reportUnknownColumn(checking, scope, DEFAULT_KEY, command.span);
  return checkColumn(checking, scope, { kind: 'name', name: DEFAULT_KEY, span: command.span });
};

/** Where a series of numbers, in the order of its key, changes: two columns, null on every other row. */
export const checkChangePoint = (checking: Checking, scope: Scope, command: ChangePointCommand): CheckedStep => {
  const value = checkColumn(checking, scope, command.value);
  const key = checkKey(checking, scope, command);
  const names = command.names
    ? [nameOf(checking, command.names.type), nameOf(checking, command.names.pvalue)]
    : ['type', 'pvalue'];
  const [typeName, pvalueName] = names;
  if (!value || !key || typeName === undefined || pvalueName === undefined) return { scope, steps: [], isLost: true };
  if (value.kind === 'span' || (!isNumber(value.type) && value.type !== 'null')) {
    const shown = sourceOf(checking, command.value.span);
    const message = `change point value [${shown}] must be numeric, found type [${typeLabel(value.type)}]`;
    report(checking, command.value.span, message);
    return { scope, steps: [], isLost: true };
  }
  const source = callSourceOf(checking, command.span);
  const type = { id: checking.newId(), type: 'keyword' as const, isMulti: false };
  const pvalue = { id: checking.newId(), type: 'double' as const, isMulti: false };
  const next = withColumn(withColumn(scope, typeName, type), pvalueName, pvalue);
  const step = {
    kind: 'change-point',
    value,
    key: single(key, source),
    type,
    pvalue,
    source,
  } as const;
  return { scope: next, steps: [step] };
};
