import { fitsParts } from '#kernel/globs.ts';
import type { Analyzer } from './analyzers.ts';

/** A field by its name; `a*b` is ['a', 'b'], as in KEEP. */
export type SearchField = readonly string[];

export interface SearchBound {
  readonly value: string;
  readonly isIncluded: boolean;
}

/** How words may differ from the ones that are looked for. */
export interface Nearness {
  /** Letters at the beginning that must be the same. */
  readonly prefix: number;
  /** Whether two letters in each other's place are one edit. */
  readonly transposes: boolean;
  /** Of an automatic distance: the lengths from which one edit and two are taken. */
  readonly automatic: readonly [one: number, two: number];
}

/** How a text becomes words; by default as the standard analyzer does it, and none are found nowhere. */
interface Analyzed {
  readonly analyzer?: Analyzer | undefined;
  /** What is found where no word is left. */
  readonly ofNoWords?: 'all' | undefined;
}

/** Of several words any, all, or as many as a minimum_should_match tells. */
export type NeededWords = 'any' | 'all' | { readonly minimum: string };

/** What to look for; without a field, in every field. */
export type SearchLeaf = { readonly field: SearchField | null } & (
  | { readonly kind: 'exists' }
  /** Any or all of the words on text, the value itself on other fields. */
  | ({ readonly kind: 'words'; readonly text: string; readonly needs: NeededWords } & Analyzed)
  /** `slop` is by how many places the words may be moved. */
  | ({ readonly kind: 'phrase'; readonly text: string; readonly slop?: number | undefined } & Analyzed)
  /** `*` is any run of characters, `?` one; a backslash takes their meaning. */
  | { readonly kind: 'wildcard'; readonly pattern: string }
  /** A regular expression of Lucene over a whole word or value. */
  | { readonly kind: 'regex'; readonly pattern: string }
  /** Words at most so many edits away; null depends on their length. */
  | ({
      readonly kind: 'fuzzy';
      readonly text: string;
      readonly distance: number | null;
      readonly needs?: NeededWords | undefined;
      readonly nearness?: Nearness | undefined;
    } & Analyzed)
  | { readonly kind: 'range'; readonly from: SearchBound | null; readonly to: SearchBound | null }
);

/** What KQL, the query-string syntax and the search functions all mean. It is never null. */
export type SearchQuery =
  | { readonly kind: 'all' }
  /** `least`: of an `or`, how many of its operands. */
  | { readonly kind: 'and' | 'or'; readonly operands: readonly SearchQuery[]; readonly least?: number }
  | { readonly kind: 'not'; readonly operand: SearchQuery }
  | SearchLeaf;

export type ParsedSearch = { readonly query: SearchQuery } | { readonly problem: string };

// Beyond them a search is no longer something that a person typed. Elasticsearch's own limit of clauses is 1,024.
export const MAX_SEARCH_LENGTH = 5_000;
/** By so many places the words of a phrase may be moved at most. */
export const MAX_SLOP = 100;
export const MAX_SEARCH_DEPTH = 50;
export const MAX_SEARCH_CLAUSES = 1_024;

/** Whether a name is the field's, or one that its pattern means. */
export const matchesField = (field: SearchField, name: string): boolean => fitsParts(field, name);

export const together = (kind: 'and' | 'or', operands: readonly SearchQuery[]): SearchQuery => {
  const [only] = operands;
  return operands.length === 1 && only ? only : { kind, operands };
};
