/** A piece of a Java date pattern: a field letter repeated, or text that stands for itself. */
export type PatternPiece =
  | { readonly kind: 'field'; readonly letter: string; readonly width: number }
  | { readonly kind: 'text'; readonly text: string };

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/g;

/** The pieces of a pattern (java.time.format.DateTimeFormatter), or undefined if a quote is left open. */
export const readDatePattern = (pattern: string): readonly PatternPiece[] | undefined => {
  const pieces: PatternPiece[] = [];
  let read = 0;
  for (const match of pattern.matchAll(PIECE)) {
    if (match.index !== read) return undefined;
    read += match[0].length;
    const [whole, quoted, letter] = match;
    if (letter !== undefined) pieces.push({ kind: 'field', letter, width: whole.length });
    else if (quoted === undefined) pieces.push({ kind: 'text', text: whole });
    else pieces.push({ kind: 'text', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") });
  }
  return read === pattern.length ? pieces : undefined;
};

// uuuu is the year of the calendar itself, yyyy of its era: the same after Christ.
const FORMATS =
  'y1 y2 y4 u1 u2 u4 M1 M2 M3 M4 d1 d2 D1 D3 E1 E2 E3 E4 a1 H1 H2 h1 h2 m1 m2 s1 s2 S1 S2 S3 X1 X2 X3 Z1 x1 x2 x3 Q1 e1';
const PARSES =
  'E1 E2 E3 E4 y2 y4 u2 u4 M1 M2 M3 M4 d1 d2 H1 H2 h1 h2 a1 m1 m2 s1 s2 S1 S2 S3 S6 S9 X1 X2 X3 Z1 x1 x2 x3';

const SUPPORTED = { format: new Set(FORMATS.split(' ')), parse: new Set(PARSES.split(' ')) } as const;

const SAME_FIELD: Readonly<Record<string, string>> = { u: 'y', h: 'H', x: 'X', Z: 'X' };

/** Why a pattern cannot be used, or undefined. */
export const datePatternProblem = (pattern: string, use: 'format' | 'parse'): string | undefined => {
  const pieces = readDatePattern(pattern);
  if (!pieces) return `Invalid format: [${pattern}]: a quote is left open`;
  const letters = pieces.filter((piece) => piece.kind === 'field');
  const bad = letters.find(({ letter, width }) => !SUPPORTED[use].has(`${letter}${width}`));
  if (bad) return `Pattern [${bad.letter.repeat(bad.width)}] in format [${pattern}] is not supported yet`;
  if (use === 'format') return undefined;
  const seen = letters.map(({ letter }) => SAME_FIELD[letter] ?? letter);
  const twice = seen.find((letter, at) => seen.indexOf(letter) !== at);
  if (twice !== undefined) return `Format [${pattern}] tells [${twice}] twice`;
  return seen.includes('y') ? undefined : `Format [${pattern}] does not tell the year`;
};
