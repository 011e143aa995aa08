import { failSearch, parseWithin } from './parse-failure.ts';
import { REFUSED_SEARCHES } from './refused-searches.ts';
import type { SearchBudget } from './parse-failure.ts';
import { readKqlTokens } from './read-kql-token.ts';
import type { KqlToken } from './read-kql-token.ts';
import { together } from './search-query.ts';
import type { ParsedSearch, SearchField, SearchQuery } from './search-query.ts';

interface Reader {
  readonly budget: SearchBudget;
  peek(ahead?: number): KqlToken;
  next(): KqlToken;
}

const createReader = (text: string, budget: SearchBudget): Reader => {
  const tokens = readKqlTokens(text);
  let at = 0;
  const peek = (ahead = 0): KqlToken => tokens[Math.min(at + ahead, tokens.length - 1)] ?? { kind: 'end' };
  return {
    budget,
    peek,
    next: () => {
      const token = peek();
      at += 1;
      return token;
    },
  };
};

const isKeyword = (token: KqlToken, word: string): boolean =>
  token.kind === 'word' && token.isBare && token.text.toLowerCase() === word;
const isAnyKeyword = (token: KqlToken): boolean => ['and', 'or', 'not'].some((word) => isKeyword(token, word));

const take = (reader: Reader, matches: (token: KqlToken) => boolean): boolean => {
  if (!matches(reader.peek())) return false;
  reader.next();
  return true;
};
const isMark =
  (mark: string) =>
  (token: KqlToken): boolean =>
    token.kind === 'mark' && token.mark === mark;

const nameOf = (token: KqlToken): string => {
  switch (token.kind) {
    case 'word':
    case 'quoted':
      return `[${token.text}]`;
    case 'mark':
      return `[${token.mark}]`;
    default:
      return 'its end';
  }
};

const failAtToken = (reader: Reader, expected: string): never => {
  const token = reader.peek();
  return failSearch(token.kind === 'unknown' ? token.problem : `expected ${expected}, found ${nameOf(token)}`);
};

/** Words in a row are one value. */
const parseValue = (reader: Reader, field: SearchField | null): SearchQuery => {
  reader.budget.clause();
  const first = reader.peek();
  if (first.kind === 'quoted') {
    reader.next();
    return { kind: 'phrase', field, text: first.text };
  }
  if (first.kind !== 'word' || isAnyKeyword(first)) return failAtToken(reader, 'a value');
  const texts: string[] = [];
  const patterns: string[] = [];
  let isPattern = false;
  for (let token = reader.peek(); token.kind === 'word' && !isAnyKeyword(token); token = reader.peek()) {
    const following = reader.peek(1);
    // `a b: c` begins another clause at b.
    if (texts.length > 0 && following.kind === 'mark' && /[:<>]/.test(following.mark)) break;
    texts.push(token.text);
    patterns.push(token.pattern);
    isPattern ||= token.isPattern;
    reader.next();
  }
  if (!isPattern) return { kind: 'words', field, text: texts.join(' '), needs: 'any' };
  const pattern = patterns.join(' ');
  if (!/^\*+$/.test(pattern)) return { kind: 'wildcard', field, pattern };
  return field === null ? { kind: 'all' } : { kind: 'exists', field };
};

const FIELD_MARKS = new Set([':', '<', '<=', '>', '>=']);

const takeField = (reader: Reader): SearchField | null | undefined => {
  const [token, following] = [reader.peek(), reader.peek(1)];
  const isField =
    (token.kind === 'word' || token.kind === 'quoted') && following.kind === 'mark' && FIELD_MARKS.has(following.mark);
  if (!isField) return undefined;
  reader.next();
  if (token.kind === 'quoted' || !token.isPattern) return [token.text];
  return token.text === '*' ? null : token.text.split('*');
};

const parseRange = (reader: Reader, field: SearchField, mark: string): SearchQuery => {
  const value = parseValue(reader, field);
  if (value.kind !== 'words' && value.kind !== 'phrase') return failSearch(`[${mark}] takes one value`);
  const bound = { value: value.text, isIncluded: mark.endsWith('=') };
  return mark.startsWith('>')
    ? { kind: 'range', field, from: bound, to: null }
    : { kind: 'range', field, from: null, to: bound };
};

const parseClause = (reader: Reader, field: SearchField | null): SearchQuery => {
  if (take(reader, isMark('('))) {
    const inner = reader.budget.nested(() => parseOr(reader, field));
    if (!take(reader, isMark(')'))) return failAtToken(reader, '[)]');
    return inner;
  }
  const named = takeField(reader);
  if (named === undefined) return parseValue(reader, field);
  const mark = reader.next();
  if (mark.kind !== 'mark') return failAtToken(reader, '[:]');
  if (mark.mark !== ':') {
    return named === null ? failSearch(`[${mark.mark}] takes one field`) : parseRange(reader, named, mark.mark);
  }
  if (isMark('{')(reader.peek())) return failSearch(`${REFUSED_SEARCHES.KQL} are not supported`);
  return isMark('(')(reader.peek()) ? parseClause(reader, named) : parseValue(reader, named);
};

const parseNot = (reader: Reader, field: SearchField | null): SearchQuery => {
  if (!take(reader, (token) => isKeyword(token, 'not'))) return parseClause(reader, field);
  return { kind: 'not', operand: reader.budget.nested(() => parseNot(reader, field)) };
};

const parseChain = (
  reader: Reader,
  kind: 'and' | 'or',
  parse: (reader: Reader, field: SearchField | null) => SearchQuery,
  field: SearchField | null,
): SearchQuery => {
  const operands = [parse(reader, field)];
  while (take(reader, (token) => isKeyword(token, kind))) operands.push(parse(reader, field));
  return together(kind, operands);
};

const parseAnd = (reader: Reader, field: SearchField | null): SearchQuery => parseChain(reader, 'and', parseNot, field);
const parseOr = (reader: Reader, field: SearchField | null): SearchQuery => parseChain(reader, 'or', parseAnd, field);

/** KQL, the language of Kibana's search bar: `field: value`, ranges, wildcards, `and or not`. Empty finds everything. */
export const parseKql = (text: string, defaultField: SearchField | null = null): ParsedSearch =>
  parseWithin(text, (budget) => {
    const reader = createReader(text, budget);
    if (reader.peek().kind === 'end') return { kind: 'all' };
    const query = parseOr(reader, defaultField);
    return reader.peek().kind === 'end' ? query : failAtToken(reader, 'AND, OR or the end');
  });
