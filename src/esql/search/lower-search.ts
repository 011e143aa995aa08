import type { CallSource, TypedColumn, TypedExpression } from '../plan.ts';
import { lucenePatternProblem } from '../extract/lucene-regex.ts';
import { isFindable, wordsOf } from './analyzers.ts';
import { inAnyCase, lowerRange, lowerValue } from './lower-value.ts';
import { fail, isFailure, searchCall, textLiteral, FALSE, TRUE } from './lowering.ts';
import type { Lowered, SearchReading } from './lowering.ts';
import { leastOf } from './minimum-match.ts';
import type { Nearness, NeededWords, SearchField, SearchLeaf, SearchQuery } from './search-query.ts';

export interface SearchScope {
  /** The columns that a search without a field looks at, or the ones that it names. */
  readonly columnsOf: (field: SearchField | null) => readonly TypedColumn[];
  readonly reading: SearchReading;
}

// Of every word in every field; beyond it the translated query would be too large.
const MAX_LEAVES = 5_000;

const lowerText = (column: TypedColumn, leaf: SearchLeaf, reading: SearchReading): Lowered => {
  const { source } = reading;
  switch (leaf.kind) {
    case 'words': {
      const words = [...new Set(wordsOf(leaf.text, leaf.analyzer))];
      if (words.length === 0) return foundOfNone(leaf);
      const found = words.filter(isFindable);
      const least = neededOf(leaf.needs, words.length);
      return least > found.length
        ? FALSE
        : searchCall('SEARCH_WORDS', [column, whole(least), ...found.map(textLiteral)], source);
    }
    case 'phrase': {
      const words = wordsOf(leaf.text, leaf.analyzer);
      if (words.length === 0) return foundOfNone(leaf);
      if (!words.every(isFindable)) return FALSE;
      const texts = words.map(textLiteral);
      return (leaf.slop ?? 0) === 0 || words.length === 1
        ? searchCall('SEARCH_PHRASE', [column, ...texts], source)
        : searchCall('SEARCH_SLOPPY', [column, whole(leaf.slop ?? 0), ...texts], source);
    }
    case 'fuzzy': {
      const near = wordsOf(leaf.text, leaf.analyzer).map((text) => nearWord(column, { ...leaf, text }, source));
      return near.length === 0 ? foundOfNone(leaf) : atLeast(neededOf(leaf.needs ?? 'any', near.length), near, source);
    }
    case 'wildcard':
      return searchCall('SEARCH_LIKE', [column, textLiteral(leaf.pattern.toLowerCase())], source);
    default:
      return lowerExact(column, leaf, reading);
  }
};

const whole = (value: number): TypedExpression => ({ kind: 'literal', type: 'integer', value });

const foundOfNone = ({ ofNoWords }: { readonly ofNoWords?: 'all' | undefined }): TypedExpression =>
  ofNoWords === 'all' ? TRUE : FALSE;

const neededOf = (needs: NeededWords, count: number): number => {
  if (needs === 'any') return 1;
  return needs === 'all' ? count : Math.max(1, leastOf(needs.minimum, count));
};

/** So many of the conditions. */
const atLeast = (least: number, conditions: readonly TypedExpression[], source: CallSource): TypedExpression => {
  if (least >= conditions.length) return searchCall('AND', conditions, source);
  return least <= 1
    ? searchCall('OR', conditions, source)
    : searchCall('SEARCH_SOME', [whole(least), ...conditions], source);
};

// What Elasticsearch does unless it is told otherwise: no edit of two letters, one of five, else two.
const NEARNESS: Nearness = { prefix: 0, transposes: true, automatic: [3, 6] };

const nearWord = (
  column: TypedColumn,
  { text, distance, nearness = NEARNESS }: SearchLeaf & { readonly kind: 'fuzzy' },
  source: CallSource,
): TypedExpression => {
  const { length } = [...text];
  const [one, two] = nearness.automatic;
  const automatic = length < one ? 0 : length < two ? 1 : 2;
  const most = Math.min(distance ?? automatic, 2);
  const told = [whole(nearness.prefix), { kind: 'literal', type: 'boolean', value: nearness.transposes } as const];
  return searchCall('SEARCH_NEAR', [column, textLiteral(text), whole(most), ...told], source);
};

/** A keyword field holds a word as it is, so that another analyzer looks for each word apart. */
const lowerApart = (
  column: TypedColumn,
  leaf: SearchLeaf & { readonly kind: 'words' },
  reading: SearchReading,
): Lowered => {
  const words = [...new Set(wordsOf(leaf.text, leaf.analyzer))];
  if (words.length === 0) return foundOfNone(leaf);
  const values = words.map((word) => lowerValue(column, word, reading));
  const conditions = values.flatMap((value) => (isFailure(value) ? [] : [value]));
  return atLeast(neededOf(leaf.needs, words.length), conditions, reading.source);
};

const lowerExact = (column: TypedColumn, leaf: SearchLeaf, reading: SearchReading): Lowered => {
  const { source } = reading;
  switch (leaf.kind) {
    case 'words':
      return leaf.analyzer !== undefined && isText(column)
        ? lowerApart(column, leaf, reading)
        : lowerValue(column, leaf.text, reading);
    case 'phrase':
      return lowerValue(column, leaf.text, reading);
    case 'range':
      return lowerRange(column, leaf.from, leaf.to, reading);
    case 'exists': {
      const isNull = searchCall('IS NULL', [column], source);
      return searchCall('NOT', [isNull], source);
    }
    case 'fuzzy':
      return isText(column)
        ? nearWord(column, leaf, source)
        : fail(`a fuzzy search (~) needs text, not [${column.type}]`);
    case 'wildcard':
      if (!isText(column)) return fail(`a wildcard needs text, not [${column.type}]`);
      return reading.isCaseInsensitive
        ? inAnyCase(column, leaf.pattern, source)
        : searchCall('SEARCH_LIKE', [column, textLiteral(leaf.pattern)], source);
    case 'regex': {
      if (!isText(column)) return fail(`a regular expression needs text, not [${column.type}]`);
      const problem = lucenePatternProblem(leaf.pattern);
      return problem === undefined
        ? searchCall('SEARCH_REGEX', [column, textLiteral(leaf.pattern)], source)
        : fail(problem);
    }
  }
};

const isText = ({ type }: TypedColumn): boolean => type === 'keyword' || type === 'text';

const lowerLeaf = ({ columnsOf, reading }: SearchScope, leaf: SearchLeaf, count: (leaves: number) => void): Lowered => {
  const columns = columnsOf(leaf.field);
  count(columns.length);
  // A field that is named must be able to hold what is looked for; of many, those that are.
  const isInMany = leaf.field === null || leaf.field.length > 1;
  const isLenient = isInMany || reading.isLenient;
  const of: SearchReading = isInMany ? { ...reading, source: { ...reading.source, isInEveryField: true } } : reading;
  const found: TypedExpression[] = [];
  for (const column of columns) {
    const lowered = column.type === 'text' ? lowerText(column, leaf, of) : lowerExact(column, leaf, of);
    if (isFailure(lowered)) {
      if (isLenient) continue;
      return lowered;
    }
    if (lowered !== FALSE) found.push(lowered);
  }
  const [only] = found;
  if (!only) return FALSE;
  return found.length === 1 ? only : searchCall('OR', found, of.source);
};

/** A search as a condition over columns, which is never null; or why it cannot be. */
export const lowerSearch = (scope: SearchScope, search: SearchQuery): Lowered => {
  const { source } = scope.reading;
  let leaves = 0;
  let isTooLarge = false;
  const count = (more: number): void => {
    leaves += more;
    isTooLarge ||= leaves > MAX_LEAVES;
  };
  const lower = (query: SearchQuery): Lowered => {
    if (isTooLarge) return fail(`it looks for more than [${MAX_LEAVES}] values in all fields, the limit; name a field`);
    switch (query.kind) {
      case 'all':
        return TRUE;
      case 'not': {
        const operand = lower(query.operand);
        return isFailure(operand) ? operand : searchCall('NOT', [operand], source);
      }
      case 'and':
      case 'or': {
        const operands: TypedExpression[] = [];
        for (const each of query.operands) {
          const operand = lower(each);
          if (isFailure(operand)) return operand;
          operands.push(operand);
        }
        if (query.kind === 'and') return searchCall('AND', operands, source);
        return atLeast(query.least ?? 1, operands, source);
      }
      default:
        return lowerLeaf(scope, query, count);
    }
  };
  return lower(search);
};
