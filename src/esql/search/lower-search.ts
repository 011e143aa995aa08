import type { CallSource, TypedColumn, TypedExpression } from '../plan.ts';
import { lucenePatternProblem } from '../extract/regex-syntax.ts';
import { analyzeText } from './analyze-text.ts';
import { lowerRange, lowerValue } from './lower-value.ts';
import { fail, isFailure, searchCall, textLiteral, FALSE, TRUE } from './lowering.ts';
import type { Lowered } from './lowering.ts';
import type { SearchField, SearchLeaf, SearchQuery } from './search-query.ts';

export interface SearchScope {
  /** The columns that a search without a field looks at, or the ones that it names. */
  readonly columnsOf: (field: SearchField | null) => readonly TypedColumn[];
  readonly source: CallSource;
}

// Of every word in every field; beyond it the translated query would be too large.
const MAX_LEAVES = 5_000;

const lowerText = (column: TypedColumn, leaf: SearchLeaf, source: CallSource): Lowered => {
  switch (leaf.kind) {
    case 'words': {
      const words = [...new Set(analyzeText(leaf.text))];
      if (words.length === 0) return FALSE;
      const least = leaf.needs === 'any' ? 1 : leaf.needs === 'all' ? words.length : Math.min(leaf.needs, words.length);
      const needed: TypedExpression = { kind: 'literal', type: 'integer', value: Math.max(1, least) };
      return searchCall('SEARCH_WORDS', [column, needed, ...words.map(textLiteral)], source);
    }
    case 'phrase': {
      const words = analyzeText(leaf.text);
      return words.length === 0 ? FALSE : searchCall('SEARCH_PHRASE', [column, ...words.map(textLiteral)], source);
    }
    case 'fuzzy': {
      const near = analyzeText(leaf.text).map((text) =>
        searchCall('SEARCH_NEAR', [column, textLiteral(text), distanceOf({ ...leaf, text })], source),
      );
      return near.length === 0 ? FALSE : searchCall('OR', near, source);
    }
    case 'wildcard':
      return searchCall('SEARCH_LIKE', [column, textLiteral(leaf.pattern.toLowerCase())], source);
    default:
      return lowerExact(column, leaf, source);
  }
};

/** Elasticsearch's AUTO: none of two letters, one of five, else two. */
const distanceOf = ({ text, distance }: SearchLeaf & { readonly kind: 'fuzzy' }): TypedExpression => {
  const { length } = [...text];
  const automatic = length < 3 ? 0 : length < 6 ? 1 : 2;
  return { kind: 'literal', type: 'integer', value: Math.min(distance ?? automatic, 2) };
};

const lowerExact = (column: TypedColumn, leaf: SearchLeaf, source: CallSource): Lowered => {
  switch (leaf.kind) {
    case 'words':
    case 'phrase':
      return lowerValue(column, leaf.text, source);
    case 'range':
      return lowerRange(column, leaf.from, leaf.to, source);
    case 'exists': {
      const isNull = searchCall('IS NULL', [column], source);
      return searchCall('NOT', [isNull], source);
    }
    case 'fuzzy':
      return isText(column)
        ? searchCall('SEARCH_NEAR', [column, textLiteral(leaf.text), distanceOf(leaf)], source)
        : fail(`a fuzzy search (~) needs text, not [${column.type}]`);
    case 'wildcard':
      return isText(column)
        ? searchCall('SEARCH_LIKE', [column, textLiteral(leaf.pattern)], source)
        : fail(`a wildcard needs text, not [${column.type}]`);
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

const lowerLeaf = (scope: SearchScope, leaf: SearchLeaf, count: (leaves: number) => void): Lowered => {
  const columns = scope.columnsOf(leaf.field);
  count(columns.length);
  // A field that is named must be able to hold what is looked for; of many, those that are.
  const isLenient = leaf.field === null || leaf.field.length > 1;
  const found: TypedExpression[] = [];
  for (const column of columns) {
    const lowered =
      column.type === 'text' ? lowerText(column, leaf, scope.source) : lowerExact(column, leaf, scope.source);
    if (isFailure(lowered)) {
      if (isLenient) continue;
      return lowered;
    }
    if (lowered !== FALSE) found.push(lowered);
  }
  const [only] = found;
  if (!only) return FALSE;
  return found.length === 1 ? only : searchCall('OR', found, scope.source);
};

/** A search as a condition over columns, which is never null; or why it cannot be. */
export const lowerSearch = (scope: SearchScope, search: SearchQuery): Lowered => {
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
        return isFailure(operand) ? operand : searchCall('NOT', [operand], scope.source);
      }
      case 'and':
      case 'or': {
        const operands: TypedExpression[] = [];
        for (const each of query.operands) {
          const operand = lower(each);
          if (isFailure(operand)) return operand;
          operands.push(operand);
        }
        return searchCall(query.kind === 'and' ? 'AND' : 'OR', operands, scope.source);
      }
      default:
        return lowerLeaf(scope, query, count);
    }
  };
  return lower(search);
};
