/** A field by its name; `a*b` is ['a', 'b'], as in KEEP. */
export type SearchField = readonly string[];

export interface SearchBound {
  readonly value: string;
  readonly isIncluded: boolean;
}

/** What to look for; without a field, in every field. */
export type SearchLeaf = { readonly field: SearchField | null } & (
  | { readonly kind: 'exists' }
  /** Any or all of the words on text, the value itself on other fields. */
  | { readonly kind: 'words'; readonly text: string; readonly needs: 'any' | 'all' | number }
  | { readonly kind: 'phrase'; readonly text: string }
  /** `*` is any run of characters, `?` one; a backslash takes their meaning. */
  | { readonly kind: 'wildcard'; readonly pattern: string }
  /** A regular expression of Lucene over a whole word or value. */
  | { readonly kind: 'regex'; readonly pattern: string }
  /** Words at most so many edits away; null depends on their length. */
  | { readonly kind: 'fuzzy'; readonly text: string; readonly distance: number | null }
  | { readonly kind: 'range'; readonly from: SearchBound | null; readonly to: SearchBound | null }
);

/** What KQL, the query-string syntax and the search functions all mean. It is never null. */
export type SearchQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SearchQuery[] }
  | { readonly kind: 'not'; readonly operand: SearchQuery }
  | SearchLeaf;

export type ParsedSearch = { readonly query: SearchQuery } | { readonly problem: string };

// Beyond them a search is no longer something that a person typed. Elasticsearch's own limit of clauses is 1,024.
export const MAX_SEARCH_LENGTH = 5_000;
export const MAX_SEARCH_DEPTH = 50;
export const MAX_SEARCH_CLAUSES = 1_024;

/** Whether a name is the field's, or one that its pattern means. */
export const matchesField = (field: SearchField, name: string): boolean => {
  const [first = ''] = field;
  if (field.length === 1) return name === first;
  return new RegExp(`^${field.map((part) => RegExp.escape(part)).join('.*')}$`, 's').test(name);
};

export const together = (kind: 'and' | 'or', operands: readonly SearchQuery[]): SearchQuery => {
  const [only] = operands;
  return operands.length === 1 && only ? only : { kind, operands };
};
