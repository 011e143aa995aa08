import { fitsParts } from '#kernel/globs.ts';
import type { FromCommand, IndexPattern } from '../ast.ts';
import { report } from './checking.ts';
import type { Checking, ScopeColumn } from './checking.ts';
import type { CheckedStep } from './check-stats.ts';
import type { FromStep, PlannedColumn } from '../plan.ts';
import type { FieldType } from '../schema.ts';
import { didYouMean, inWords } from '../suggest.ts';
import { typeLabel } from '../types.ts';

export const byCodePoint = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  if (at === -1) return left.length - right.length;
  return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1);
};

const readableIndices = ({ schema }: Checking): readonly string[] =>
  [...schema].flatMap(([name, index]) => (index.isLookup && index.isReadable !== true ? [] : [name]));

const isFound = (checking: Checking, { pattern }: IndexPattern): boolean =>
  readableIndices(checking).some((name) => fitsParts(pattern.split('*'), name));

/** `isAnyFound`: another one means an index, so that a pattern beside it may mean none. */
const addPattern = (
  checking: Checking,
  found: readonly string[],
  index: IndexPattern,
  isAnyFound: boolean,
): readonly string[] => {
  const { pattern, span, isExcluded } = index;
  if (isExcluded) return found.filter((name) => !fitsParts(pattern.split('*'), name));
  const isWild = pattern.includes('*');
  const names = readableIndices(checking);
  const matching = names.filter((name) => fitsParts(pattern.split('*'), name));
  if (matching.length === 0) {
    const isLookup = checking.schema.get(pattern)?.isLookup === true;
    const meant = isLookup ? '; it can only be joined by LOOKUP JOIN.' : didYouMean(pattern, names);
    const unknown = `Unknown index [${pattern}]${meant}${thereAre(names, meant)}`;
    if (isWild && isAnyFound)
      checking.warnings.push(`No index is called [${pattern}], so nothing is read of it${meant}`);
    else report(checking, span, unknown);
  }
  return [...found, ...matching.filter((name) => !found.includes(name))];
};

/** " There are logs, spans and metrics", as a sentence after a suggestion. */
const thereAre = (names: readonly string[], before: string): string => {
  if (names.length === 0) return '';
  const verb = names.length === 1 ? 'is' : 'are';
  return before === '' ? `; there ${verb} ${inWords(names)}` : ` There ${verb} ${inWords(names)}`;
};

interface FieldOfIndices {
  readonly column: ScopeColumn;
  /** What the source gives, with the indices that have it. */
  readonly read: readonly { readonly column: PlannedColumn; readonly indices: readonly string[] }[];
}

/** A field that is a date in one index and has nanoseconds in another has them everywhere. */
const unitedDates = (byType: ReadonlyMap<FieldType, readonly string[]>): ReadonlyMap<FieldType, readonly string[]> => {
  const [dates, nanos] = [byType.get('date'), byType.get('date_nanos')];
  return dates && nanos && byType.size === 2 ? new Map([['date_nanos', [...dates, ...nanos]]]) : byType;
};

const readField = (checking: Checking, indices: readonly string[], field: string): FieldOfIndices => {
  const byType = new Map<FieldType, string[]>();
  for (const index of indices) {
    const type = checking.schema.get(index)?.fields.get(field);
    if (type) byType.set(type, [...(byType.get(type) ?? []), index]);
  }
  const read = [...unitedDates(byType)].map(([type, names]) => {
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
  const isAnyFound = command.indices.some((index) => !index.isExcluded && isFound(checking, index));
  for (const index of command.indices) indices = addPattern(checking, indices, index, isAnyFound);
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
        datesToNanos: new Set(
          fields.flatMap(({ name: field, read }) =>
            stored.get(field) === 'date' && read.length === 1 && read[0]?.column.type === 'date_nanos'
              ? [read[0].column.id]
              : [],
          ),
        ),
        multiValued: checking.schema.get(name)?.multiValued ?? new Set<string>(),
      };
    }),
  };
  return { scope, steps: [step], isLost: checking.problems.length > 0 };
};
