import { failSearch } from './parse-failure.ts';
import type { SearchBudget } from './parse-failure.ts';
import type { SearchOptions } from './search-options.ts';
import { MAX_SLOP, type SearchBound, type SearchField, type SearchQuery } from './search-query.ts';

export interface QueryStringReader {
  readonly text: string;
  readonly budget: SearchBudget;
  readonly options: SearchOptions;
  offset: number;
}

/** The match at this place, which is then behind; undefined if there is none. */
export const takeText = (reader: QueryStringReader, pattern: RegExp): string | undefined => {
  pattern.lastIndex = reader.offset;
  const found = pattern.exec(reader.text)?.[0];
  reader.offset += found?.length ?? 0;
  return found;
};

export const skipSpace = (reader: QueryStringReader): void => void takeText(reader, /[\s\u3000]+/y);

const TERM = /(?:\\[^]|[^\s\u3000\\():"[\]{}~^/])(?:\\[^]|[^\s\u3000\\():"[\]{}~^])*/y;
const FIELD = /(?:\\[^]|[^\s\u3000\\():"[\]{}~^/<>=])+(?=:)/y;

const unescape = (text: string): string => text.replaceAll(/\\([^])/g, '$1');

/** A wildcard's escapes stay where they are needed. */
const patternOf = (term: string): string => term.replaceAll(/\\([^*?\\])/g, '$1');

const isPattern = (term: string): boolean => /[*?]/.test(term.replaceAll(/\\[^]/g, ''));

const takeBoost = (reader: QueryStringReader): void => void takeText(reader, /\^\d+(?:\.\d+)?/y);

const takeDistance = (reader: QueryStringReader): number | null | undefined => {
  const written = takeText(reader, /~(?:\d+(?:\.\d+)?)?/y);
  if (written === undefined) return undefined;
  return written === '~' ? null : Math.floor(Number(written.slice(1)));
};

const BOUND = /"(?:[^"\\]|\\[^])*"|(?:\\[^]|[^\s\]}\\])+/y;

const readBound = (reader: QueryStringReader, isIncluded: boolean): SearchBound | null => {
  skipSpace(reader);
  const written = takeText(reader, BOUND) ?? failSearch('a range is written [from TO to]');
  if (written === '*') return null;
  const value = unescape(written.startsWith('"') ? written.slice(1, -1) : written);
  return { value, isIncluded };
};

const parseRange = (reader: QueryStringReader, field: SearchField | null): SearchQuery => {
  const from = readBound(reader, takeText(reader, /[[{]/y) === '[');
  skipSpace(reader);
  if (takeText(reader, /TO(?=\s)/y) === undefined) failSearch('a range is written [from TO to]');
  const to = readBound(reader, true);
  skipSpace(reader);
  const close = takeText(reader, /[\]}]/y) ?? failSearch('a range is not closed');
  return { kind: 'range', field, from, to: to && { ...to, isIncluded: close === ']' } };
};

const COMPARISON = /(?:>=|<=|>|<)/y;

const parseComparison = (reader: QueryStringReader, field: SearchField | null): SearchQuery | undefined => {
  const mark = takeText(reader, COMPARISON);
  if (mark === undefined) return undefined;
  const written =
    takeText(reader, /"(?:[^"\\]|\\[^])*"/y) ?? takeText(reader, TERM) ?? failSearch(`[${mark}] takes a value`);
  const value = unescape(written.startsWith('"') ? written.slice(1, -1) : written);
  const bound = { value, isIncluded: mark.endsWith('=') };
  return mark.startsWith('>')
    ? { kind: 'range', field, from: bound, to: null }
    : { kind: 'range', field, from: null, to: bound };
};

const parsePhrase = (reader: QueryStringReader, field: SearchField | null): SearchQuery => {
  const written = takeText(reader, /"(?:[^"\\]|\\[^])*"/y) ?? failSearch('a quotation mark is not closed');
  const { analyzer, quoteAnalyzer = analyzer, slop: byDefault } = reader.options;
  const slop = takeDistance(reader) ?? byDefault;
  if (slop > MAX_SLOP) failSearch(`words near each other are at most ${MAX_SLOP} places away, not ${slop}`);
  return { kind: 'phrase', field, text: unescape(written.slice(1, -1)), slop, analyzer: quoteAnalyzer };
};

const parseTerm = (reader: QueryStringReader, field: SearchField | null): SearchQuery => {
  const term = takeText(reader, TERM);
  if (term === undefined)
    return failSearch(`[${reader.text[reader.offset] ?? ''}] means nothing here; escape it by a backslash`);
  const written = takeDistance(reader);
  const { options } = reader;
  if (isPattern(term)) {
    if (!/^\*+$/.test(term)) return parseWildcard(term, field, options);
    return field === null ? { kind: 'all' } : { kind: 'exists', field };
  }
  const { analyzer, nearness, operator } = options;
  const told = { field, text: unescape(term), analyzer } as const;
  if (written === undefined) return { ...told, kind: 'words', needs: operator === 'and' ? 'all' : 'any' };
  return { ...told, kind: 'fuzzy', distance: written ?? options.distance ?? null, nearness };
};

const parseWildcard = (term: string, field: SearchField | null, options: SearchOptions): SearchQuery => {
  if (!options.allowsLeadingWildcard && /^[*?]/.test(term))
    failSearch(`[${term}] begins with a wildcard, which [allow_leading_wildcard] forbids`);
  const pattern = patternOf(term);
  const parts = term.split(/[*?]/).filter((part) => part !== '');
  if (options.analyzesWildcards && !parts.every((part) => /^[\p{L}\p{M}\p{N}_]+$/u.test(part)))
    failSearch(`[${term}] is several words, into which [analyze_wildcard] cannot divide it; look for each apart`);
  return { kind: 'wildcard', field, pattern };
};

const parseRegex = (reader: QueryStringReader, field: SearchField | null): SearchQuery => {
  const written = takeText(reader, /\/(?:[^/\\]|\\[^])*\//y) ?? failSearch('a regular expression is not closed by [/]');
  return { kind: 'regex', field, pattern: written.slice(1, -1).replaceAll('\\/', '/') };
};

const fieldOf = (written: string): SearchField | null => {
  if (written === '*') return null;
  return isPattern(written) ? patternOf(written).split('*').map(unescape) : [unescape(written)];
};

const parseExists = (reader: QueryStringReader): SearchQuery => {
  const name = takeText(reader, TERM) ?? failSearch('[_exists_] takes the name of a field');
  return { kind: 'exists', field: fieldOf(name) };
};

/** One operand with its field, if it names one; `parseGroup` reads what is in parentheses. */
export const parseOperand = (
  reader: QueryStringReader,
  outer: SearchField | null,
  parseGroup: (field: SearchField | null) => SearchQuery,
): SearchQuery => {
  reader.budget.clause();
  const named = takeText(reader, FIELD);
  const field = named === undefined ? outer : fieldOf(named);
  if (named !== undefined) {
    reader.offset += 1;
    skipSpace(reader);
    if (named === '_exists_') return parseExists(reader);
  }
  const query = parseBare(reader, field, parseGroup);
  takeBoost(reader);
  return query;
};

const parseBare = (
  reader: QueryStringReader,
  field: SearchField | null,
  parseGroup: (field: SearchField | null) => SearchQuery,
): SearchQuery => {
  switch (reader.text[reader.offset]) {
    case '(': {
      reader.offset += 1;
      const inner = reader.budget.nested(() => parseGroup(field));
      reader.offset += 1;
      return inner;
    }
    case '[':
    case '{':
      return parseRange(reader, field);
    case '"':
      return parsePhrase(reader, field);
    case '/':
      return parseRegex(reader, field);
    default:
      return parseComparison(reader, field) ?? parseTerm(reader, field);
  }
};
