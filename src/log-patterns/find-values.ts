import { PUNCTUATION, VARIABLE, WORD } from './classify-piece.ts';
import type { TokenLine } from './token-line.ts';
import { isConstant, isDayOrMonth, isTimeZone, isUnit } from './words.ts';

// How far the end of a bracketed value is looked for.
const MAX_BRACKETED_TOKENS = 40;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };

const isDate = ({ kinds, text }: TokenLine, at: number): boolean => {
  if (!isDayOrMonth(text(at))) return false;
  if (kinds[at + 1] === VARIABLE || kinds[at - 1] === VARIABLE) return true;
  return kinds[at + 1] === WORD && isDayOrMonth(text(at + 1)) && kinds[at + 2] === VARIABLE;
};

/** Days, months, zones, units, constants and assigned identifiers. Returns which tokens are units. */
const markWords = (tokens: TokenLine): ReadonlySet<number> => {
  const { kinds, count, text, mark } = tokens;
  const units = new Set<number>();
  for (let at = 0; at < count; at += 1) {
    if (kinds[at] !== WORD) continue;
    const word = text(at);
    const follows = kinds[at - 1] === VARIABLE;
    const before = mark(at - 1);
    if (isDate(tokens, at) || (follows && isTimeZone(word))) kinds[at] = VARIABLE;
    else if (follows && isUnit(word)) {
      kinds[at] = VARIABLE;
      units.add(at);
    } else if ((before === '=' || before === ':') && isConstant(word)) kinds[at] = VARIABLE;
    else if (before === '=' && tokens.isGlued(at) && /[._\-@/]/.test(word)) kinds[at] = VARIABLE;
  }
  return units;
};

const fill = (kinds: Uint8Array, from: number, to: number): void => {
  kinds.fill(VARIABLE, from, to + 1);
};

/** `="any text"` and `=Word{…}`. */
const markAssigned = (tokens: TokenLine): void => {
  const { kinds, count, mark } = tokens;
  for (let at = 1; at < count; at += 1) {
    if (mark(at - 1) !== '=' || !tokens.isGlued(at)) continue;
    const quote = mark(at);
    if (quote === '"' || quote === "'") {
      let end = at + 1;
      while (end < count && mark(end) !== quote) end += 1;
      if (end < count && end > at + 1) fill(kinds, at + 1, end - 1);
      continue;
    }
    const closing = CLOSING[mark(at + 1)];
    if (kinds[at] !== WORD || closing === undefined || !tokens.isGlued(at + 1)) continue;
    const limit = Math.min(count, at + MAX_BRACKETED_TOKENS);
    let end = at + 2;
    while (end < limit && mark(end) !== closing) end += 1;
    if (end < limit) fill(kinds, at, end);
  }
};

/**
 * Turns tokens into variables that only their neighbours show to be values.
 * Returns those among them that are units, whose text is worth showing.
 */
export const findValues = (tokens: TokenLine): ReadonlySet<number> => {
  const units = markWords(tokens);
  markAssigned(tokens);
  return units;
};

const MAX_QUOTED_WORDS = 8;

/** For each token that begins a quoted name of a few plain words, the last of these words. */
export const findQuoted = (tokens: TokenLine): ReadonlyMap<number, number> => {
  const { kinds, count, mark, text } = tokens;
  const quoted = new Map<number, number>();
  for (let at = 0; at + 2 < count; at += 1) {
    const quote = mark(at);
    if ((quote !== "'" && quote !== '"') || !tokens.isGlued(at + 1)) continue;
    if (at > 0 && kinds[at - 1] !== PUNCTUATION && tokens.isGlued(at)) continue;
    const limit = Math.min(count, at + 1 + MAX_QUOTED_WORDS);
    let end = at + 1;
    let isPlain = true;
    for (; end < limit && mark(end) !== quote; end += 1) if (kinds[end] !== WORD) isPlain = false;
    if (end >= limit) continue;
    // `"GET /carts HTTP/1.1"` keeps its method.
    const mayBeName = end === at + 2 || !/^[A-Z]+$/.test(text(at + 1));
    if (isPlain && end > at + 1 && mayBeName) quoted.set(at + 1, end - 1);
    at = end;
  }
  return quoted;
};
