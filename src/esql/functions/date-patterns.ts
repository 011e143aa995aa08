/** A piece of a Java date pattern: a field letter repeated, text that stands for itself, or what may be left out. */
export type PatternPiece =
  | { readonly kind: 'field'; readonly letter: string; readonly width: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'optional'; readonly isOpening: boolean };

const PIECE = /'((?:[^']|'')*)'|([A-Za-z])\2*|[[\]]|[^A-Za-z'[\]]+/g;

const pieceOf = ([whole, quoted, letter]: RegExpExecArray): PatternPiece => {
  if (letter !== undefined) return { kind: 'field', letter, width: whole.length };
  if (quoted !== undefined) return { kind: 'text', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") };
  if (whole === '[' || whole === ']') return { kind: 'optional', isOpening: whole === '[' };
  return { kind: 'text', text: whole };
};

/** The pieces of a pattern (java.time.format.DateTimeFormatter), or undefined if a quote is left open. */
export const readDatePattern = (pattern: string): readonly PatternPiece[] | undefined => {
  const pieces: PatternPiece[] = [];
  let read = 0;
  for (const match of pattern.matchAll(PIECE)) {
    if (match.index !== read) return undefined;
    read += match[0].length;
    pieces.push(pieceOf(match));
  }
  return read === pattern.length ? pieces : undefined;
};

/** Formats that have a name in Elasticsearch, as patterns; those of ISO 8601 and of epochs are none. */
const NAMED: Readonly<Record<string, string>> = {
  date: 'yyyy-MM-dd',
  basic_date: 'yyyyMMdd',
  date_hour: "yyyy-MM-dd'T'HH",
  date_hour_minute: "yyyy-MM-dd'T'HH:mm",
  date_hour_minute_second: "yyyy-MM-dd'T'HH:mm:ss",
  date_hour_minute_second_millis: "yyyy-MM-dd'T'HH:mm:ss.SSS",
  date_time: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
  date_time_no_millis: "yyyy-MM-dd'T'HH:mm:ssXXX",
  basic_date_time: "yyyyMMdd'T'HHmmss.SSSXX",
  basic_date_time_no_millis: "yyyyMMdd'T'HHmmssXX",
  hour: 'HH',
  hour_minute: 'HH:mm',
  hour_minute_second: 'HH:mm:ss',
  hour_minute_second_millis: 'HH:mm:ss.SSS',
  time: 'HH:mm:ss.SSSXXX',
  time_no_millis: 'HH:mm:ssXXX',
  t_time: "'T'HH:mm:ss.SSSXXX",
  t_time_no_millis: "'T'HH:mm:ssXXX",
  basic_time: 'HHmmss.SSSXX',
  basic_time_no_millis: 'HHmmssXX',
  basic_t_time: "'T'HHmmss.SSSXX",
  basic_t_time_no_millis: "'T'HHmmssXX",
  ordinal_date: 'yyyy-DDD',
  ordinal_date_time: "yyyy-DDD'T'HH:mm:ss.SSSXXX",
  ordinal_date_time_no_millis: "yyyy-DDD'T'HH:mm:ssXXX",
  basic_ordinal_date: 'yyyyDDD',
  basic_ordinal_date_time: "yyyyDDD'T'HHmmss.SSSXX",
  basic_ordinal_date_time_no_millis: "yyyyDDD'T'HHmmssXX",
  year: 'yyyy',
  year_month: 'yyyy-MM',
  year_month_day: 'yyyy-MM-dd',
};
const ISO = new Set(['date_optional_time', 'date_optional_time_nanos', 'iso8601']);

export type DateFormat =
  /** `isExact`: written with all digits of a second, not with milliseconds. */
  | { readonly kind: 'iso'; readonly isExact: boolean }
  | { readonly kind: 'epoch-millis' | 'epoch-seconds' }
  | { readonly kind: 'pattern'; readonly pattern: string };

const formatOf = (text: string): DateFormat => {
  const name = text.replace(/^strict_/, '');
  if (ISO.has(name)) return { kind: 'iso', isExact: name.endsWith('_nanos') };
  if (name === 'epoch_millis') return { kind: 'epoch-millis' };
  if (name === 'epoch_second') return { kind: 'epoch-seconds' };
  return { kind: 'pattern', pattern: Object.hasOwn(NAMED, name) ? (NAMED[name] ?? text) : text };
};

/** The formats that a text like `yyyy-MM-dd||epoch_millis` tells; dates are read by the first that fits. */
export const readDateFormats = (text: string): readonly DateFormat[] => text.split('||').map(formatOf);

// uuuu is the year of the calendar itself, yyyy of its era: the same after Christ.
const FORMATS =
  'y1 y2 y3 y4 y5 u1 u2 u3 u4 u5 M1 M2 M3 M4 M5 L1 L2 L3 L4 L5 d1 d2 D1 D2 D3 E1 E2 E3 E4 E5 a1 H1 H2 h1 h2 k1 k2 ' +
  'K1 K2 m1 m2 s1 s2 S1 S2 S3 S4 S5 S6 S7 S8 S9 A1 N1 n1 G1 G2 G3 G4 G5 Q1 Q2 Q3 Q4 q1 q2 q3 q4 ' +
  'Y1 Y2 Y3 Y4 w1 w2 W1 F1 e1 e2 e3 e4 e5 c1 c3 c4 c5 B1 B4 B5 ' +
  'X1 X2 X3 X4 X5 x1 x2 x3 x4 x5 Z1 Z2 Z3 Z4 Z5 z1 z2 z3 z4 V2 O1 O4';
const PARSES =
  'E1 E2 E3 E4 y1 y2 y3 y4 u1 u2 u3 u4 M1 M2 M3 M4 L1 L2 d1 d2 D1 D2 D3 Y2 Y4 w1 w2 e1 e2 c1 H1 H2 h1 h2 k1 k2 K1 K2 ' +
  'a1 m1 m2 s1 s2 S1 S2 S3 S4 S5 S6 S7 S8 S9 G1 Q1 Q2 q1 q2 X1 X2 X3 X4 X5 x1 x2 x3 x4 x5 Z1 Z2 Z3 Z5 z1 z2 z3 z4 V2';

const SUPPORTED = { format: new Set(FORMATS.split(' ')), parse: new Set(PARSES.split(' ')) } as const;

/** The letters of patterns, each with how often it may stand in a row. */
export const patternLetters = (use: 'format' | 'parse'): ReadonlyMap<string, readonly number[]> => {
  const letters = new Map<string, number[]>();
  for (const piece of SUPPORTED[use]) {
    const letter = piece.charAt(0);
    letters.set(letter, [...(letters.get(letter) ?? []), Number(piece.slice(1))]);
  }
  return letters;
};

/** Names of formats, which may begin with `strict_`. */
export const FORMAT_NAMES: readonly string[] = [...ISO, 'epoch_millis', 'epoch_second', ...Object.keys(NAMED)];

const SAME_FIELD: Readonly<Record<string, string>> = {
  u: 'y', L: 'M', h: 'H', k: 'H', K: 'H', x: 'X', Z: 'X', z: 'X', V: 'X', c: 'e', q: 'Q',
}; // prettier-ignore

const patternProblem = (pattern: string, use: 'format' | 'parse'): string | undefined => {
  const pieces = readDatePattern(pattern);
  if (!pieces) return `Invalid format: [${pattern}]: a quote is left open`;
  const reserved = /[#{}]/.exec(pattern.replaceAll(/'[^']*'/g, ''))?.[0];
  if (reserved !== undefined) return `Invalid format: [${pattern}]: Pattern includes reserved character: '${reserved}'`;
  let depth = 0;
  for (const piece of pieces) {
    if (piece.kind === 'optional') depth += piece.isOpening ? 1 : -1;
    if (depth < 0) break;
  }
  if (depth !== 0) return `Invalid format: [${pattern}]: its brackets do not meet`;
  const letters = pieces.filter((piece) => piece.kind === 'field');
  const bad = letters.find(({ letter, width }) => !SUPPORTED[use].has(`${letter}${width}`));
  if (bad) return `Pattern [${bad.letter.repeat(bad.width)}] in format [${pattern}] is not supported yet`;
  if (use === 'format') return undefined;
  const seen = letters.map(({ letter }) => SAME_FIELD[letter] ?? letter);
  const twice = seen.find((letter, at) => seen.indexOf(letter) !== at);
  return twice === undefined ? undefined : `Format [${pattern}] tells [${twice}] twice`;
};

/** Why a format cannot be used, or undefined. */
export const datePatternProblem = (text: string, use: 'format' | 'parse'): string | undefined =>
  readDateFormats(text)
    .map((format) => (format.kind === 'pattern' ? patternProblem(format.pattern, use) : undefined))
    .find((problem) => problem !== undefined);
