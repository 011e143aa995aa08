import { syntaxProblem } from './regex-syntax.ts';

/**
 * Pieces of a Lucene regular expression: an escape, a class (whose first character may be a bracket), a quoted text,
 * an interval of numbers, or a character.
 */
const PIECE = /\\[^]|\[(?:\^(?:\\[^]|[^\\])|\\[^]|[^\\^])(?:\\[^]|[^\]\\])*\]|"[^"]*"|<\d{1,9}-\d{1,9}>|[^]/gu;

const REPEATS: ReadonlySet<string | undefined> = new Set(['*', '+', '?']);
const NEED_SOMETHING_BEFORE = new Set(['*', '+', '?', '{', '|']);

/**
 * The pieces of a Lucene regular expression, each as it is meant: what repeats or divides nothing is an ordinary
 * character, and a repeat that is repeated is one.
 */
export const lucenePieces = (pattern: string): readonly string[] => {
  const pieces: string[] = [];
  for (const piece of pattern.match(PIECE) ?? []) {
    const before = pieces.at(-1);
    const isFirst = before === undefined || before === '(' || before === '|';
    if (isFirst && NEED_SOMETHING_BEFORE.has(piece) && !(before === '(' && piece === '?')) pieces.push(`\\${piece}`);
    else if (REPEATS.has(piece) && REPEATS.has(before)) pieces[pieces.length - 1] = before === piece ? piece : '*';
    else pieces.push(piece);
  }
  return pieces;
};

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
  if (piece === '<')
    return `RLIKE takes an interval of numbers like <1-20>; as an ordinary character [${piece}] is escaped: \\${piece}`;
  if (piece === '[') return 'a class of RLIKE is not closed; as an ordinary character [ is escaped: \\[';
  if (/^\\[a-zA-Z]$/.test(piece) && !/[dDsSwW]/.test(piece))
    return `invalid character class [${piece}]; RLIKE knows \\d, \\s, \\w, \\D, \\S and \\W`;
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
  const pieces = lucenePieces(pattern);
  const wrong = pieces.map(pieceProblem).find((problem) => problem !== undefined) ?? intervalProblem(pieces);
  if (wrong !== undefined) return wrong;
  const bare = pieces.map((piece) => (piece.length > 1 && '"<'.includes(piece.charAt(0)) ? '.' : piece)).join('');
  const plain = bare.replaceAll(/\\[^]/g, '..').replaceAll(/\[\^?[^][^\]]*\]/g, '.');
  if (plain.includes('(?'))
    return `Pattern [${pattern}] uses (?…), which RLIKE does not know${pattern.startsWith('(?i)') ? '; case is ignored by TO_LOWER(x) RLIKE' : ''}`;
  if (/\|(?:\)|$)/.test(plain))
    return `Pattern [${pattern}] ends a choice with nothing; as an ordinary character [|] is escaped: \\|`;
  if (/\{(?!\d+(?:,\d*)?\})/.test(plain))
    return `Pattern [${pattern}] has a brace that tells no number; as an ordinary character [{] is escaped: \\{`;
  if (pieces.at(-1) === '\\') return `Pattern [${pattern}] ends with a lone backslash`;
  return syntaxProblem(bare.replaceAll(/(?<!\\)[\^$](?![^[]*\])/g, '.'));
};
