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

/** Why no engine can run an expression, or undefined: its length, its repeats, or that it is none. */
export const syntaxProblem = (pattern: string): string | undefined => {
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
