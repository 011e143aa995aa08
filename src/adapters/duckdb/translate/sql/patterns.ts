import type { TypedExpression } from '#esql/plan.ts';
import type { EmitContext } from '../emitters/emitter.ts';
import { luceneInterval, lucenePieces } from '#esql/extract/lucene-regex.ts';

/** A pattern of LIKE (`*`, `?`, backslash escapes) in SQL's form, and whether it needs ESCAPE. */
export const likePattern = (pattern: string): { readonly sql: string; readonly isEscaped: boolean } => {
  let isEscaped = false;
  const sql = pattern.replaceAll(/\\[^]|[^]/gu, (piece) => {
    if (piece === '*') return '%';
    if (piece === '?') return '_';
    const character = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
    if (character !== '%' && character !== '_' && character !== '\\') return character;
    isEscaped = true;
    return `\\${character}`;
  });
  return { sql, isEscaped };
};

const SPECIAL = /[\\^$.*+?()[\]{}|-]/g;
/** A text as a regular expression that finds only it. */
export const literally = (text: string): string => text.replaceAll(SPECIAL, String.raw`\$&`);

const NOTHING = String.raw`[^\x00-\x{10FFFF}]`;

/** A bracket inside of a class is an ordinary character, also at its beginning. */
const luceneClass = (piece: string): string => {
  const [, start = '', inner = ''] = /^(\[\^?)(.*)\]$/s.exec(piece) ?? [];
  return `${start}${inner.replaceAll(/\\[^]|[[\]]/g, (each) => (each.length > 1 ? each : `\\${each}`))}]`;
};

/** Outside a class `^` and `$` are ordinary in Lucene; `@` is any text, `#` no text at all. */
const lucenePiece = (piece: string): string => {
  if (piece.startsWith('[')) return luceneClass(piece);
  if (piece === '^' || piece === '$') return `\\${piece}`;
  if (piece === '@') return '(?:.*)';
  if (piece === '#') return NOTHING;
  if (piece.startsWith('"')) return `(?:${literally(piece.slice(1, -1))})`;
  if (piece.startsWith('<')) {
    const numbers = luceneInterval(piece) ?? [];
    const zeros = numbers[0]?.length === numbers.at(-1)?.length ? '' : '0*';
    return `(?:${zeros}(?:${numbers.join('|')}))`;
  }
  if (!piece.startsWith('\\') || /^\\[dDsSwW]$/.test(piece)) return piece;
  return literally(piece.slice(1));
};

/** A checked regular expression of RLIKE in RE2's form; a dot is also a line break. */
export const lucenePattern = (pattern: string): string => `(?s)${lucenePieces(pattern).map(lucenePiece).join('')}`;

/** A checked regular expression of Java in RE2's form. */
export const javaPattern = (pattern: string): string =>
  pattern
    .replaceAll(/(?<!\\)((?:\\\\)*)\(\?<(?=[A-Za-z])/g, '$1(?P<')
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u([0-9a-fA-F]{4})/g, '$1\\x{$2}');

/** SQL of a regular expression of Java that is an argument; one that each row has is taken as it is. */
export const patternSql = (context: EmitContext, argument: TypedExpression | undefined, value: string): string =>
  argument?.kind === 'literal' && typeof argument.value === 'string'
    ? context.bind(javaPattern(argument.value), 'keyword')
    : value;

/** A checked replacement of Java (`$1`, backslash escapes) in RE2's form. */
export const javaReplacement = (replacement: string): string =>
  replacement.replaceAll(/\\([^])|\$(\d)|\\/g, (_, escaped: string | undefined, group: string | undefined) => {
    if (group !== undefined) return `\\${group}`;
    return escaped === undefined || escaped === '\\' ? '\\\\' : escaped;
  });

/** A pattern of a search (`*`, `?`, backslash escapes) as a regular expression of RE2. */
export const wildcardPattern = (pattern: string): string =>
  `(?s)${pattern.replaceAll(/\\[^]|\*+|[^]/gu, (piece) => {
    if (piece.startsWith('*')) return '.*';
    if (piece === '?') return '.';
    return literally(piece.replace(/^\\(?=[^])/, ''));
  })}`;
