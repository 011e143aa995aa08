import { failSearch, parseWithin } from './parse-failure.ts';
import { parseOperand, skipSpace, takeText, type QueryStringReader } from './read-query-string.ts';
import { leastOf } from './minimum-match.ts';
import type { SearchOptions } from './search-options.ts';
import { together } from './search-query.ts';
import type { ParsedSearch, SearchField, SearchQuery } from './search-query.ts';

interface Clause {
  readonly query: SearchQuery;
  readonly occurs: 'must' | 'should' | 'must-not';
}

const takeConjunction = (reader: QueryStringReader): 'and' | 'or' | null => {
  if (takeText(reader, /(?:AND(?=[\s(!+"-]|$)|&&)/y) !== undefined) return 'and';
  return takeText(reader, /(?:OR(?=[\s(!+"-]|$)|\|\|)/y) === undefined ? null : 'or';
};

const takeModifier = (reader: QueryStringReader): 'must' | 'must-not' | null => {
  if (takeText(reader, /\+/y) !== undefined) return 'must';
  return takeText(reader, /(?:-|!|NOT(?=[\s(!+"-]))/y) === undefined ? null : 'must-not';
};

/** With AND both sides are needed; what stands between other words depends on the default operator. */
const occurrence = (
  modifier: 'must' | 'must-not' | null,
  conjunction: 'and' | 'or' | null,
  options: SearchOptions,
): Clause['occurs'] => {
  if (modifier) return modifier;
  const isNeeded = conjunction === 'and' || (conjunction === null && options.operator === 'and');
  return isNeeded ? 'must' : 'should';
};

const combine = (clauses: readonly Clause[], minimum: string | undefined): SearchQuery => {
  const of = (occurs: Clause['occurs']): readonly SearchQuery[] =>
    clauses.filter((clause) => clause.occurs === occurs).map(({ query }) => query);
  const [needed, wanted, unwanted] = [of('must'), of('should'), of('must-not')];
  // Where something is needed, the rest only ranks.
  const isOne = clauses.length === 1;
  const least = minimum === undefined || isOne ? 0 : leastOf(minimum, wanted.length);
  const some = (): SearchQuery => (least > 1 ? { kind: 'or', operands: wanted, least } : together('or', wanted));
  const found = [...needed, ...(wanted.length > 0 && (needed.length === 0 || least > 0) ? [some()] : [])];
  const operands = [...found, ...unwanted.map((operand): SearchQuery => ({ kind: 'not', operand }))];
  return operands.length === 0 ? { kind: 'all' } : together('and', operands);
};

const parseClauses = (
  reader: QueryStringReader,
  field: SearchField | null,
  options: SearchOptions,
  isInside: boolean,
): SearchQuery => {
  const clauses: Clause[] = [];
  for (;;) {
    skipSpace(reader);
    if (reader.offset >= reader.text.length) {
      if (isInside) failSearch('a parenthesis is not closed');
      break;
    }
    if (reader.text[reader.offset] === ')') {
      if (!isInside) failSearch('[)] closes nothing');
      break;
    }
    const conjunction = clauses.length === 0 ? null : takeConjunction(reader);
    skipSpace(reader);
    const modifier = takeModifier(reader);
    skipSpace(reader);
    const query = parseOperand(reader, field, (inner) => parseClauses(reader, inner, options, true));
    const previous = clauses.at(-1);
    if (conjunction === 'and' && previous?.occurs === 'should')
      clauses[clauses.length - 1] = { ...previous, occurs: 'must' };
    if (conjunction === 'or' && options.operator === 'and' && previous?.occurs === 'must')
      clauses[clauses.length - 1] = { ...previous, occurs: 'should' };
    clauses.push({ query, occurs: occurrence(modifier, conjunction, options) });
  }
  return combine(clauses, isInside ? undefined : options.minimum);
};

/** The query-string syntax of Lucene: `f:v AND -g:w`, `+must -mustNot`, `f:(a b)`, ranges, phrases, `~`, `*`. */
export const parseQueryString = (text: string, options: SearchOptions): ParsedSearch =>
  parseWithin(text, (budget) =>
    parseClauses({ text, budget, options, offset: 0 }, options.defaultField, options, false),
  );
