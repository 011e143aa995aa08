import type { Expression, Span } from '../ast.ts';
import { EsqlError, problemAt } from '../errors.ts';
import type { EsqlLimits } from '../limits.ts';
import { readSourceName, readToken, skipBlanks } from './read-token.ts';
import type { PunctuationMark, Token } from './read-token.ts';

/** One pass over the text of a query; made new for each parse. */
export interface TokenReader {
  readonly text: string;
  readonly limits: EsqlLimits;
  peek(): Token;
  next(): Token;
  /** End of the token read last. */
  lastEnd(): number;
  /** Index of the next `?` or `??` without a name. */
  nextAnonymousIndex(): number;
  /** The unquoted name of an index at this place, or undefined. */
  nextSourceName(): Token | undefined;
  /** Counts depth, so that a deep query is refused before it exhausts the stack. */
  nested<T>(read: () => T): T;
  /** Gives a node its depth and refuses it beyond the limit. */
  node<T extends Expression>(node: T, children: readonly Expression[]): T;
}

export const failAt = (reader: TokenReader, span: Span, message: string, reach?: 'outside'): never => {
  throw new EsqlError(reader.text, [problemAt(reader.text, span, message, reach)]);
};

/** Refuses what Elasticsearch has and Sentinel's language has not. */
export const failOutside = (reader: TokenReader, span: Span, message: string): never =>
  failAt(reader, span, message, 'outside');

export const createTokenReader = (text: string, limits: EsqlLimits): TokenReader => {
  let offset = skipBlanks(text, 0);
  let peeked: Token | undefined;
  let end = 0;
  let anonymous = 0;
  let nesting = 0;
  const depths = new WeakMap<Expression, number>();

  const advance = (token: Token): Token => {
    end = token.span.end;
    offset = skipBlanks(text, end);
    peeked = undefined;
    return token;
  };
  const peek = (): Token => (peeked ??= readToken(text, offset));
  const tooDeep = (): never => {
    const span = peek().span;
    throw new EsqlError(text, [
      problemAt(text, span, `Expression is nested deeper than [${limits.maxNestingDepth}], the limit of one query`),
    ]);
  };

  return {
    text,
    limits,
    peek,
    next: () => advance(peek()),
    lastEnd: () => end,
    nextAnonymousIndex: () => anonymous++,
    nextSourceName: () => {
      const name = readSourceName(text, offset);
      if (name === undefined) return undefined;
      return advance({ kind: 'identifier', text: name, span: { start: offset, end: offset + name.length } });
    },
    nested: (read) => {
      nesting += 1;
      if (nesting > limits.maxNestingDepth) tooDeep();
      const result = read();
      nesting -= 1;
      return result;
    },
    node: (node, children) => {
      const depth = 1 + Math.max(0, ...children.map((child) => depths.get(child) ?? 0));
      if (depth > limits.maxNestingDepth) tooDeep();
      depths.set(node, depth);
      return node;
    },
  };
};

/** What people write who know SQL, and how ES|QL writes it. */
const INSTEAD: Readonly<Record<string, string>> = {
  '=': 'equality is written ==',
  aggregate: 'rows are counted and added up by STATS … BY',
  between: 'a range is written x >= a AND x <= b',
  contains: 'a part of a text is found by LIKE "*…*", a word by :',
  dedup: 'different values are the groups of STATS … BY',
  distinct: 'different values are the groups of STATS … BY, and are counted by COUNT_DISTINCT',
  extend: 'columns are added by EVAL',
  fields: 'columns are chosen by KEEP',
  filter: 'rows are chosen by WHERE',
  group: 'groups are written STATS … BY',
  having: 'WHERE after STATS filters groups',
  head: 'the first rows are kept by LIMIT',
  ilike: 'case is ignored by TO_LOWER(x) LIKE "*…*"',
  matches: 'a regular expression is matched by RLIKE',
  order: 'rows are sorted by SORT',
  parse: 'columns are read from a text by GROK or DISSECT',
  project: 'columns are chosen by KEEP',
  regexp: 'a regular expression is matched by RLIKE',
  rex: 'columns are read from a text by GROK or DISSECT',
  search: 'rows are chosen by WHERE',
  select: 'columns are chosen by KEEP',
  summarize: 'rows are counted and added up by STATS … BY',
  table: 'columns are chosen by KEEP',
  tail: 'the last rows are kept by SORT @timestamp DESC and LIMIT',
  take: 'the first rows are kept by LIMIT',
  timechart: 'rows are counted over time by STATS … BY BUCKET(@timestamp, 5 minutes)',
  top: 'the greatest are kept by SORT … DESC and LIMIT',
  uniq: 'different values are the groups of STATS … BY',
};

/** How ES|QL writes what the token says in SQL: "; equality is written ==", or nothing. */
export const insteadOf = (reader: TokenReader): string => {
  const word = textOf(reader).toLowerCase();
  return Object.hasOwn(INSTEAD, word) ? `; ${INSTEAD[word]}` : '';
};

/** The next token as it is written; nothing at the end. */
export const textOf = (reader: TokenReader): string => {
  const { span } = reader.peek();
  return reader.text.slice(span.start, span.end);
};

/** `expected` completes the sentence "expected …". */
export const failExpecting = (reader: TokenReader, expected: string): never => {
  const token = reader.peek();
  if (token.kind === 'unknown') return failAt(reader, token.span, token.problem);
  if (token.kind === 'end') return failAt(reader, token.span, `the query ends where ${expected} is expected`);
  return failAt(reader, token.span, `expected ${expected}, found [${textOf(reader)}]${insteadOf(reader)}`);
};

export const isMark = (reader: TokenReader, mark: PunctuationMark): boolean => {
  const token = reader.peek();
  return token.kind === 'symbol' && token.symbol === mark;
};

export const takeMark = (reader: TokenReader, mark: PunctuationMark): boolean => {
  if (!isMark(reader, mark)) return false;
  reader.next();
  return true;
};

export const expectMark = (reader: TokenReader, mark: PunctuationMark): void => {
  if (!takeMark(reader, mark)) failExpecting(reader, `[${mark}]`);
};

export const isWord = (reader: TokenReader, word: string): boolean => {
  const token = reader.peek();
  return token.kind === 'identifier' && token.text.toLowerCase() === word;
};

export const takeWord = (reader: TokenReader, word: string): boolean => {
  if (!isWord(reader, word)) return false;
  reader.next();
  return true;
};

export const expectWord = (reader: TokenReader, word: string): void => {
  if (!takeWord(reader, word)) failExpecting(reader, word.toUpperCase());
};
