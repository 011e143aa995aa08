import type { FromCommand, IndexPattern, LookupJoinCommand, Name } from '../ast.ts';
import { callSourceOf, nameOf, report, reportUnknownColumn } from './checking.ts';
import type { Checking, Scope, ScopeColumn } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import { joinKey } from './multi-values.ts';
import type { FromStep, LookupJoinStep, PlannedColumn } from '../plan.ts';
import type { FieldType, IndexSchema } from '../schema.ts';
import { didYouMean } from '../suggest.ts';
import { commonType, typeLabel } from '../types.ts';

const byCodePoint = (a: string, b: string): number => {
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

/** Adds the lookup index's columns; one of the same name is overwritten. */
export const checkLookupJoin = (checking: Checking, scope: Scope, command: LookupJoinCommand): CheckedStep => {
  const index = findLookup(checking, command);
  const keys = command.on.map((on) => checkJoinKey(checking, scope, command, index, on));
  if (!index || !keys.every((key) => key !== undefined)) return { scope, steps: [], isLost: true };
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
  return { scope: next, steps: [{ kind: 'lookup-join', index: command.index.pattern, keys, added }] };
};
