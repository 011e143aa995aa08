import { fitsParts } from '#kernel/globs.ts';
import type { NamePattern, ParameterName, RenameCommand, SelectCommand } from '../ast.ts';
import { nameOf, report, reportUnknownColumn } from './checking.ts';
import type { Checking, Scope, ScopeColumn } from './checking.ts';
import { quotePattern } from '../print/quote-name.ts';

// An exact name beats `pre*`, which beats `*`.
const EVERYTHING = 0;
const SOME = 1;
const EXACT = 2;

/** Stands for a column whose absence is reported, so that it is reported once. */
const missing = (checking: Checking): ScopeColumn => ({ id: checking.newId(), type: undefined, isMulti: false });

interface Match {
  readonly rank: number;
  readonly names: readonly string[];
}

const matchPattern = (checking: Checking, scope: Scope, pattern: NamePattern | ParameterName): Match => {
  const exact = pattern.kind === 'pattern' ? pattern.parts : [nameOf(checking, pattern)];
  if (exact.length === 1) {
    const [name] = exact;
    if (name === undefined) return { rank: EXACT, names: [] };
    if (scope.has(name)) return { rank: EXACT, names: [name] };
    reportUnknownColumn(checking, scope, name, pattern.span);
    return { rank: EXACT, names: [name] };
  }
  const parts = exact.map((part) => part ?? '');
  const names = [...scope.keys()].filter((name) => fitsParts(parts, name));
  if (names.length === 0) report(checking, pattern.span, `No matches found for pattern [${quotePattern(parts)}]`);
  return { rank: parts.every((part) => part === '') ? EVERYTHING : SOME, names };
};

/** Of a column matched twice the higher rank decides the place; among equals the rightmost. */
const keep = (checking: Checking, scope: Scope, command: SelectCommand): Scope => {
  const ranks = new Map<string, number>();
  for (const pattern of command.patterns) {
    const { rank, names } = matchPattern(checking, scope, pattern);
    for (const name of names) {
      if ((ranks.get(name) ?? -1) > rank) continue;
      ranks.delete(name);
      ranks.set(name, rank);
    }
  }
  return new Map([...ranks.keys()].map((name) => [name, scope.get(name) ?? missing(checking)]));
};

const drop = (checking: Checking, scope: Scope, command: SelectCommand): Scope => {
  const next = new Map(scope);
  for (const pattern of command.patterns)
    for (const name of matchPattern(checking, scope, pattern).names) next.delete(name);
  return next;
};

export const checkSelect = (checking: Checking, scope: Scope, command: SelectCommand): Scope =>
  command.kind === 'keep' ? keep(checking, scope, command) : drop(checking, scope, command);

/** One after the other; the column keeps its place, and one already called so disappears. */
export const checkRename = (checking: Checking, scope: Scope, command: RenameCommand): Scope => {
  let next: Scope = scope;
  const became = new Map<string, string>();
  for (const { from, to } of command.renamings) {
    const [oldName, newName] = [nameOf(checking, from), nameOf(checking, to)];
    if (oldName === undefined || newName === undefined) continue;
    if (!next.has(oldName)) {
      const now = became.get(oldName);
      if (now === undefined) reportUnknownColumn(checking, next, oldName, from.span);
      else report(checking, from.span, `Column [${oldName}] renamed to [${now}] and is no longer available`);
      next = new Map(next).set(newName, missing(checking));
      continue;
    }
    if (oldName === newName) continue;
    became.set(oldName, newName);
    next = new Map(
      [...next]
        .filter(([name]) => name !== newName)
        .map(([name, column]) => [name === oldName ? newName : name, column]),
    );
  }
  return next;
};
