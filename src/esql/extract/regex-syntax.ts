const MAX_PATTERN_LENGTH = 1_000;
// RE2, which runs the pattern, refuses to repeat more often.
const MAX_REPEAT = 1_000;

const LOOK_AROUND = /\(\?(?:[=!>]|<[=!])/;
const BACK_REFERENCE = /^(?:[^\\]|\\[^1-9k])*\\[1-9k]/;
// RE2 has the general categories only: \p{L}, \p{Lu}.
const UNSUPPORTED_ESCAPE = /\\(?:[hHRXGZeVNU]|c.|0|[pP](?!\{[A-Z][a-z]?\}|[A-Z]))/;
const POSSESSIVE = /(?:[*+?}])\+/;

const withoutClassesAndEscapes = (pattern: string): string =>
  pattern.replaceAll(/\\[pP]\{[^}]*\}|\\[^]/g, '..').replaceAll(/\[\^?\]?[^\]]*\]/g, '.');

/** The greatest number of copies that repeats inside repeats make of anything. */
const largestRepeat = (bare: string): number => {
  const open: number[] = [];
  let [inner, atom, largest] = [1, 1, 1];
  for (const [piece, from, to] of bare.matchAll(/\(|\)|\{(\d+)(?:,(\d*))?\}|[^(){}]/g)) {
    if (piece === '(') {
      open.push(inner);
      [inner, atom] = [1, 1];
    } else if (piece === ')') {
      atom = inner;
      inner = Math.max(open.pop() ?? 1, atom);
    } else if (from === undefined) atom = 1;
    else inner = Math.max(inner, (atom *= Math.max(1, Number(from), Number(to ?? 0))));
    largest = Math.max(largest, inner);
  }
  return largest;
};

const syntaxProblem = (pattern: string): string | undefined => {
  if (pattern.length > MAX_PATTERN_LENGTH)
    return `Pattern has [${pattern.length}] characters, more than the limit of [${MAX_PATTERN_LENGTH}]`;
  if (largestRepeat(withoutClassesAndEscapes(pattern)) > MAX_REPEAT)
    return `Pattern repeats more than [${MAX_REPEAT}] times, the limit`;
  try {
    void new RegExp(
      pattern
        .replaceAll(/\\[AzZQEhHRG]/g, '.')
        .replaceAll(/\(\?[a-z]+\)/g, '')
        .replaceAll(/\(\?[a-z]+:/g, '(?:'),
    );
    return undefined;
  } catch {
    return `Invalid pattern [${pattern}]`;
  }
};

/** Why a Java regular expression cannot be run, or undefined. */
export const regexProblem = (pattern: string): string | undefined => {
  const bare = withoutClassesAndEscapes(pattern);
  if (LOOK_AROUND.test(bare)) return `Pattern [${pattern}] uses look-around, which is not supported`;
  if (BACK_REFERENCE.test(pattern)) return `Pattern [${pattern}] uses a back-reference, which is not supported`;
  const escape = UNSUPPORTED_ESCAPE.exec(pattern.replaceAll('\\\\', ''))?.[0];
  if (escape !== undefined) return `Pattern [${pattern}] uses ${escape}, which is not supported`;
  if (POSSESSIVE.test(bare)) return `Pattern [${pattern}] uses a possessive quantifier, which is not supported`;
  if (/\[[^\]]*(?:&&|\[(?!:))/.test(pattern.replaceAll(/\\[^]/g, '..')))
    return `Pattern [${pattern}] uses nested character classes, which are not supported`;
  return syntaxProblem(pattern);
};

/** Why a replacement cannot be used with its pattern, or undefined. */
export const replacementProblem = (pattern: string, replacement: string): string | undefined => {
  const groups = (withoutClassesAndEscapes(pattern).match(/\((?!\?(?!P?<))/g) ?? []).length;
  const used = replacement.replaceAll(/\\[^]/g, '').matchAll(/\$(.?)/g);
  for (const [, digit = ''] of used) {
    if (!/\d/.test(digit)) return `Replacement [${replacement}] has a $ without the number of a group; write \\\\$`;
    if (Number(digit) > groups)
      return `Replacement [${replacement}] names group [${digit}], and the pattern has [${groups}]`;
  }
  return undefined;
};

/** Pieces of a Lucene regular expression: an escape, a class, a quoted text, an interval of numbers, or a character. */
export const LUCENE_PIECE = /\\[^]|\[(?:\\[^]|[^\]\\])*\]|"[^"]*"|<\d{1,9}-\d{1,9}>|[^]/gu;

const MAX_INTERVAL = 1_000;

/** The numbers of `<1-20>`, with as many digits if both ends have the same; undefined if there are too many. */
export const luceneInterval = (piece: string): readonly string[] | undefined => {
  const [first = '', last = ''] = piece.slice(1, -1).split('-');
  const [from, to] = [Math.min(Number(first), Number(last)), Math.max(Number(first), Number(last))];
  if (to - from >= MAX_INTERVAL) return undefined;
  const width = first.length === last.length ? first.length : 0;
  return Array.from({ length: to - from + 1 }, (_, at) => String(from + at).padStart(width, '0'));
};

/** What a pattern of RLIKE may hold, each as an example with what it finds. */
export const RLIKE_OPERATORS: readonly (readonly [example: string, finds: string])[] = [
  ['.', 'any character, a line break as well'],
  ['@', 'any text'],
  ['#', 'nothing'],
  ['a?', 'it or nothing'],
  ['a*', 'it as often as it stands there, or nothing'],
  ['a+', 'it once or more often'],
  ['a{2,3}', 'it so often'],
  ['a|b', 'one of both'],
  ['(ab)', 'a group'],
  ['[a-c]', 'one of these characters'],
  ['[^a-c]', 'one of the others'],
  [String.raw`\d`, String.raw`a digit; \s white space, \w a letter, digit or _, and \D, \S, \W the others`],
  ['<1-20>', 'a number of the interval'],
  ['"a.b"', 'what stands in the quotes, as it is'],
  [String.raw`\.`, 'the character after the backslash'],
];

/** Operators of Lucene that RLIKE refuses unless they are escaped: the complement and the intersection. */
export const REFUSED_RLIKE_OPERATORS: readonly string[] = ['~', '&'];

const pieceProblem = (piece: string): string | undefined => {
  if (REFUSED_RLIKE_OPERATORS.includes(piece))
    return `RLIKE operator [${piece}] is not supported; as an ordinary character it is escaped: \\${piece}`;
  if (piece === '"') return 'a quotation mark of RLIKE is not closed; as an ordinary character it is escaped';
  if (piece === '<' || piece === '>')
    return `RLIKE takes an interval of numbers like <1-20>; as an ordinary character [${piece}] is escaped: \\${piece}`;
  return undefined;
};

/** An interval is written out, which repeats would multiply. */
const intervalProblem = (pieces: readonly string[]): string | undefined => {
  const intervals = pieces.filter((piece) => piece.length > 1 && piece.startsWith('<'));
  if (intervals.length === 0) return undefined;
  if (pieces.includes('{')) return 'RLIKE takes no repeats in braces beside an interval of numbers';
  const count = intervals.reduce((sum, piece) => sum + (luceneInterval(piece)?.length ?? Infinity), 0);
  return count > MAX_INTERVAL ? `intervals of RLIKE have more than [${MAX_INTERVAL}] numbers, the limit` : undefined;
};

/** Why a Lucene regular expression (RLIKE) cannot be run, or undefined. */
export const lucenePatternProblem = (pattern: string): string | undefined => {
  const pieces = pattern.match(LUCENE_PIECE) ?? [];
  const wrong = pieces.map(pieceProblem).find((problem) => problem !== undefined) ?? intervalProblem(pieces);
  if (wrong !== undefined) return wrong;
  const bare = pieces.map((piece) => (piece.length > 1 && '"<'.includes(piece.charAt(0)) ? '.' : piece)).join('');
  if (/\(\?/.test(bare.replaceAll(/\\[^]/g, '..')))
    return `Pattern [${pattern}] uses (?…), which RLIKE does not know${pattern.startsWith('(?i)') ? '; case is ignored by TO_LOWER(x) RLIKE' : ''}`;
  if (pieces.at(-1) === '\\') return `Pattern [${pattern}] ends with a lone backslash`;
  return syntaxProblem(bare.replaceAll(/(?<!\\)[\^$](?![^[]*\])/g, '.'));
};
