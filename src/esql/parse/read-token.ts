import type { ParameterKey, Span } from '../ast.ts';

export type PunctuationMark = (typeof SYMBOLS)[number];

export type Token = { readonly span: Span } & (
  | { readonly kind: 'identifier'; readonly text: string }
  | { readonly kind: 'quoted-identifier'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'integer' | 'decimal'; readonly text: string }
  | {
      readonly kind: 'parameter' | 'name-parameter';
      readonly key: Exclude<ParameterKey, { style: 'anonymous' }> | null;
    }
  | { readonly kind: 'symbol'; readonly symbol: PunctuationMark }
  | { readonly kind: 'end' }
  | { readonly kind: 'unknown'; readonly problem: string }
);

// Longer ones first.
const SYMBOLS = [
  '==', '!=', '<=', '>=', '::', '<', '>', '=', '+', '-', '*', '/', '%', '(', ')', '[', ']', '{', '}', ',', '.', '|', ':',
] as const; // prettier-ignore

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' };

// What chats put in the place of characters that would format a text, and phones in that of quotes. The signs are read
// as what they stand for: a query that is copied from a chat is the one that was shown there.
const PASTED_SIGN = /[‹›∗]/g;
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '‹': '<',
  '›': '>',
  '∗': '*',
  ʼ: '`',
  '“': '"',
  '”': '"',
  '„': '"',
};

// Text pasted from Slack carries no-break spaces between words.
const SPACE = /[ \t\r\n\u00a0]+/y;
const LINE_COMMENT = /\/\/[^\r\n]*/y;
const COMMENT_EDGE = /\/\*|\*\//g;
const IDENTIFIER = /[A-Za-z][A-Za-z0-9_]*|[_@][A-Za-z0-9_]+/y;
const QUOTED_IDENTIFIER = /`(?:[^`]|``)+`/y;
const DECIMAL = /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y;
const INTEGER = /\d+/y;
const RAW_STRING = /"""([^\r\n]*?"{0,2})"""(?!")/y;
const STRING = /"((?:[^"\\\r\n]|\\[ntr"\\])*)"/y;
const PARAMETER = /\?\??(?:([1-9]\d{0,8})(?![A-Za-z0-9_])|([A-Za-z_][A-Za-z0-9_]*))?/y;
const SOURCE_NAME = /(?:[^:"=|,[\]/ \t\r\n\u00a0]|\/(?![*/]))+/y;

const matchAt = (pattern: RegExp, text: string, offset: number): RegExpExecArray | null => {
  pattern.lastIndex = offset;
  return pattern.exec(text);
};

/** The length of a comment with the ones inside it; of one whose inner ones do not end, up to its first end. */
const blockCommentAt = (text: string, offset: number): number => {
  if (!text.startsWith('/*', offset)) return 0;
  let depth = 0;
  let first = 0;
  COMMENT_EDGE.lastIndex = offset;
  for (let edge = COMMENT_EDGE.exec(text); edge; edge = COMMENT_EDGE.exec(text)) {
    depth += edge[0] === '/*' ? 1 : -1;
    const length = edge.index + 2 - offset;
    if (depth === 0) return length;
    if (first === 0 && edge[0] === '*/') first = length;
  }
  return first;
};

/** The offset of the next thing that is neither white space nor a comment. */
export const skipBlanks = (text: string, from: number): number => {
  let offset = from;
  for (;;) {
    const blank = matchAt(SPACE, text, offset) ?? matchAt(LINE_COMMENT, text, offset);
    const length = blank ? blank[0].length : blockCommentAt(text, offset);
    if (length === 0) return offset;
    offset += length;
  }
};

/** The name of an index as FROM and LOOKUP JOIN write it unquoted, hyphens and wildcards included. */
export const readSourceName = (text: string, offset: number): string | undefined =>
  matchAt(SOURCE_NAME, text, offset)?.[0];

const readParameter = (match: RegExpExecArray, span: Span): Token => {
  const [whole, position, name] = match;
  const kind = whole.startsWith('??') ? 'name-parameter' : 'parameter';
  if (position !== undefined) return { kind, key: { style: 'positional', position: Number(position) }, span };
  if (name !== undefined) return { kind, key: { style: 'named', name }, span };
  return { kind, key: null, span };
};

const unknownAt = (text: string, start: number): Token => {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
  const restOfLine = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
  const span = { start, end: start + character.length };
  if (character === '"') return { kind: 'unknown', problem: unfinishedString(restOfLine), span };
  if (character === "'")
    return { kind: 'unknown', problem: 'strings are written in double quotes, not single ones', span };
  if (text.startsWith('/*', start)) return { kind: 'unknown', problem: 'comment without its end */', span };
  if (character === '`') return { kind: 'unknown', problem: 'quoted name is empty or without its end `', span };
  return { kind: 'unknown', problem: `[${character}] means nothing here${insteadOf(character)}`, span };
};

const insteadOf = (character: string): string => {
  const meant = LOOK_ALIKES[character];
  if (meant !== undefined) return `; it only looks like ${meant}, so type that`;
  return character === '&' ? '; conditions are joined by AND' : '';
};

const unfinishedString = (rest: string): string => {
  const escape = /^"(?:[^"\\]|\\[ntr"\\])*(\\.)/.exec(rest)?.[1];
  return escape
    ? `unknown escape ${escape} in a string; a backslash is written \\\\, or use """…"""`
    : `a string without its end: [${rest.slice(0, 20)}]`;
};

/** Reads the token that starts at the offset, which must not be a blank. */
export const readToken = (text: string, start: number): Token => {
  const spanOf = (match: RegExpExecArray): Span => ({ start, end: start + match[0].length });
  if (start >= text.length) return { kind: 'end', span: { start, end: start } };
  let match = matchAt(IDENTIFIER, text, start);
  if (match) return { kind: 'identifier', text: match[0], span: spanOf(match) };
  match = matchAt(QUOTED_IDENTIFIER, text, start);
  if (match)
    return { kind: 'quoted-identifier', text: match[0].slice(1, -1).replaceAll('``', '`'), span: spanOf(match) };
  match = matchAt(RAW_STRING, text, start);
  if (match) return { kind: 'string', value: match[1] ?? '', span: spanOf(match) };
  match = text.startsWith('"""', start) ? null : matchAt(STRING, text, start);
  if (match) {
    const value = (match[1] ?? '').replaceAll(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
    return { kind: 'string', value, span: spanOf(match) };
  }
  match = matchAt(DECIMAL, text, start);
  if (match) return { kind: 'decimal', text: match[0], span: spanOf(match) };
  match = matchAt(INTEGER, text, start);
  if (match) return { kind: 'integer', text: match[0], span: spanOf(match) };
  match = text[start] === '?' ? matchAt(PARAMETER, text, start) : null;
  if (match) return readParameter(match, spanOf(match));
  const signs = text.slice(start, start + 2).replaceAll(PASTED_SIGN, (sign) => LOOK_ALIKES[sign] ?? sign);
  const symbol = text.startsWith('/*', start) ? undefined : SYMBOLS.find((candidate) => signs.startsWith(candidate));
  return symbol ? { kind: 'symbol', symbol, span: { start, end: start + symbol.length } } : unknownAt(text, start);
};
