import { MAX_SEARCH_CLAUSES, MAX_SEARCH_DEPTH, MAX_SEARCH_LENGTH } from './search-query.ts';
import type { ParsedSearch, SearchQuery } from './search-query.ts';

class SearchSyntaxError extends Error {}

export const failSearch = (problem: string): never => {
  throw new SearchSyntaxError(problem);
};

export interface SearchBudget {
  /** Reads something inside parentheses. */
  nested<Result>(read: () => Result): Result;
  clause(): void;
}

const createBudget = (): SearchBudget => {
  let depth = 0;
  let clauses = 0;
  return {
    nested: (read) => {
      depth += 1;
      if (depth > MAX_SEARCH_DEPTH) failSearch(`parentheses are nested deeper than [${MAX_SEARCH_DEPTH}], the limit`);
      const result = read();
      depth -= 1;
      return result;
    },
    clause: () => {
      clauses += 1;
      if (clauses > MAX_SEARCH_CLAUSES) failSearch(`it has more than [${MAX_SEARCH_CLAUSES}] clauses, the limit`);
    },
  };
};

/** Runs a parser of one search language within the limits; what is wrong with the text is a value. */
export const parseWithin = (text: string, parse: (budget: SearchBudget) => SearchQuery): ParsedSearch => {
  if (text.length > MAX_SEARCH_LENGTH)
    return { problem: `it has [${text.length}] characters, more than the limit of [${MAX_SEARCH_LENGTH}]` };
  try {
    return { query: parse(createBudget()) };
  } catch (error) {
    if (error instanceof SearchSyntaxError) return { problem: error.message };
    throw error;
  }
};
