import { failSearch, parseWithin } from './parse-failure.ts';
import { parseOperand, skipSpace, takeText, type QueryStringReader } from './read-query-string.ts';
import { together } from './search-query.ts';
import type { ParsedSearch, SearchField, SearchQuery } from './search-query.ts';

export interface QueryStringOptions {
  readonly defaultField: SearchField | null;
  readonly defaultOperator: 'and' | 'or';
}

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
  options: QueryStringOptions,
): Clause['occurs'] => {
  if (modifier) return modifier;
  const isNeeded = conjunction === 'and' || (conjunction === null && options.defaultOperator === 'and');
  return isNeeded ? 'must' : 'should';
};

const combine = (clauses: readonly Clause[]): SearchQuery => {
  const of = (occurs: Clause['occurs']): readonly SearchQuery[] =>
    clauses.filter((clause) => clause.occurs === occurs).map(({ query }) => query);
  const [needed, wanted, unwanted] = [of('must'), of('should'), of('must-not')];
  // Where something is needed, the rest only ranks.
  const found = needed.length > 0 ? needed : wanted.length > 0 ? [together('or', wanted)] : [];
  const operands = [...found, ...unwanted.map((operand): SearchQuery => ({ kind: 'not', operand }))];
  return operands.length === 0 ? { kind: 'all' } : together('and', operands);
};

const parseClauses = (
  reader: QueryStringReader,
  field: SearchField | null,
  options: QueryStringOptions,
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
    if (conjunction === 'or' && options.defaultOperator === 'and' && previous?.occurs === 'must')
      clauses[clauses.length - 1] = { ...previous, occurs: 'should' };
    clauses.push({ query, occurs: occurrence(modifier, conjunction, options) });
  }
  return combine(clauses);
};

/** The query-string syntax of Lucene: `f:v AND -g:w`, `+must -mustNot`, `f:(a b)`, ranges, phrases, `~`, `*`. */
export const parseQueryString = (text: string, options: QueryStringOptions): ParsedSearch =>
  parseWithin(text, (budget) => parseClauses({ text, budget, offset: 0 }, options.defaultField, options, false));
