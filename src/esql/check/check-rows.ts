import type { ExpandCommand, SampleCommand } from '../ast.ts';
import { checkExpression } from './check-expression.ts';
import { nameOf, report, sourceOf } from './checking.ts';
import type { Checking, Scope } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import { isMulti } from './multi-values.ts';
import type { PlannedColumn } from '../plan.ts';

/** MV_EXPAND: the column keeps its place and has one value a row. */
export const checkExpand = (checking: Checking, scope: Scope, command: ExpandCommand): CheckedStep => {
  const reference = { kind: 'column', name: command.column, span: command.span } as const;
  const value = checkExpression(checking, scope, { kind: 'row' }, reference);
  const name = nameOf(checking, command.column);
  if (!value || value.kind === 'span' || name === undefined || !isMulti(value)) return { scope, steps: [] };
  const column: PlannedColumn = { id: checking.newId(), type: value.type, isMulti: false };
  const next = new Map([...scope].map(([other, before]) => [other, other === name ? column : before]));
  return { scope: next, steps: [{ kind: 'mv-expand', expression: value, column }] };
};

export const checkSample = (checking: Checking, scope: Scope, command: SampleCommand): CheckedStep => {
  const value = checkExpression(checking, scope, { kind: 'row' }, command.probability);
  if (value?.kind !== 'literal') return { scope, steps: [] };
  const probability = typeof value.value === 'number' ? value.value : Number.NaN;
  if (probability > 0 && probability < 1) return { scope, steps: [{ kind: 'sample', probability }] };
  const shown = command.probability.kind === 'parameter' ? String(value.value) : sourceOf(checking, command.span);
  const message = `invalid value for SAMPLE probability [${shown}], expecting a number between 0 and 1, exclusive`;
  report(checking, command.probability.span, message);
  return { scope, steps: [] };
};
