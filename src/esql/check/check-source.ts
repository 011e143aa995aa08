import type { FromCommand, IndexPattern } from '../ast.ts';
import { report } from './checking.ts';
import type { Checking, ScopeColumn } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import type { FromStep, PlannedColumn } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { didYouMean } from '../suggest.ts';
import { typeLabel } from '../types.ts';

export const byCodePoint = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
};

const matchesPattern = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => RegExp.escape(part))
      .join('.*')}$`,
    's',
  ).test(name);

const addPattern = (checking: Checking, found: readonly string[], index: IndexPattern): readonly string[] => {
  const { pattern, span, isExcluded } = index;
  if (isExcluded) return found.filter((name) => !matchesPattern(pattern, name));
  const isWild = pattern.includes('*');
  const names = [...checking.schema].flatMap(([name, schema]) =>
    schema.isLookup && schema.isReadable !== true ? [] : [name],
  );
  const matching = names.filter((name) => (isWild ? matchesPattern(pattern, name) : name === pattern));
  if (matching.length === 0) {
    const isLookup = checking.schema.get(pattern)?.isLookup === true;
    const meant = isLookup ? '; it can only be joined by LOOKUP JOIN.' : didYouMean(pattern, names);
    report(checking, span, `Unknown index [${pattern}]${meant}${thereAre(names, meant)}`);
  }
  return [...found, ...matching.filter((name) => !found.includes(name))];
};

/** " There are logs, spans and metrics", as a sentence after a suggestion. */
const thereAre = (names: readonly string[], before: string): string => {
  const [only, ...others] = names;
  if (only === undefined) return '';
  const list = others.length === 0 ? only : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
  const verb = others.length === 0 ? 'is' : 'are';
  return before === '' ? `; there ${verb} ${list}` : ` There ${verb} ${list}`;
};

interface FieldOfIndices {
  readonly column: ScopeColumn;
  /** What the source gives, with the indices that have it. */
  readonly read: readonly { readonly column: PlannedColumn; readonly indices: readonly string[] }[];
}

const readField = (checking: Checking, indices: readonly string[], field: string): FieldOfIndices => {
  const byType = new Map<FieldType, string[]>();
  for (const index of indices) {
    const type = checking.schema.get(index)?.fields.get(field);
    if (type) byType.set(type, [...(byType.get(type) ?? []), index]);
  }
  const read = [...byType].map(([type, names]) => {
    const isMulti = names.some((index) => checking.schema.get(index)?.multiValued?.has(field) === true);
    return { column: { id: checking.newId(), type, isMulti }, indices: names };
  });
  const [only] = read;
  if (only && read.length === 1) return { column: only.column, read };
  const kinds = [...byType].map(([other, names]) => `[${typeLabel(other)}] in [${names.join(', ')}]`).join(', ');
  const conflict = `Cannot use field [${field}] due to ambiguities being mapped as [${byType.size}] incompatible types: ${kinds}`;
  const none: PlannedColumn = { id: checking.newId(), type: 'null', isMulti: false };
  const variants = read.map(({ column }) => column);
  return { column: { ...none, conflict, variants }, read: [...read, { column: none, indices: [] }] };
};

/** Columns sorted by name; a field that one index lacks is null there. */
export const checkFrom = (checking: Checking, command: FromCommand): CheckedStep => {
  let indices: readonly string[] = [];
  for (const index of command.indices) indices = addPattern(checking, indices, index);
  if (indices.length === 0 && checking.problems.length === 0)
    report(checking, command.span, 'No index is left after the exclusions');
  const names = new Set(indices.flatMap((index) => [...(checking.schema.get(index)?.fields.keys() ?? [])]));
  const scope = new Map<string, ScopeColumn>();
  const fields = [...names].sort(byCodePoint).map((name) => ({ name, ...readField(checking, indices, name) }));
  for (const { name, column } of fields) scope.set(name, column);
  const columns = fields.flatMap(({ read }) => read.map(({ column }) => column));
  const isIndexAsked = command.metadata.length > 0;
  const indexColumn = isIndexAsked ? { id: checking.newId(), type: 'keyword' as const, isMulti: false } : null;
  if (indexColumn) scope.set('_index', indexColumn);
  const step: FromStep = {
    kind: 'from',
    columns,
    indexColumn,
    indices: indices.map((name) => {
      const stored = checking.schema.get(name)?.fields ?? new Map<string, FieldType>();
      const usable = fields.flatMap((field) =>
        field.read.flatMap(({ column, indices: having }): [number, string][] =>
          having.includes(name) ? [[column.id, field.name]] : [],
        ),
      );
      return {
        name,
        hasTimestamp: stored.get('@timestamp') === 'date',
        fields: new Map(usable),
        multiValued: checking.schema.get(name)?.multiValued ?? new Set<string>(),
      };
    }),
  };
  return { scope, steps: [step], isLost: checking.problems.length > 0 };
};
