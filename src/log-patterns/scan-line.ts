import {
  characterClass,
  COLON,
  DELIMITER,
  DIGIT,
  HEX_LETTER,
  isLetterClass,
  LETTER,
  OTHER,
  SPACE,
} from './character-class.ts';
import { classifyPiece, type PieceCounts, PUNCTUATION, VARIABLE } from './classify-piece.ts';

/** The tokens of the line scanned last: kinds and half-open ranges of its text, the first `count` of each. */
export interface Scanner {
  scan(line: string): void;
  readonly kinds: Uint8Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  count(): number;
}

const APOSTROPHE = 39;
const SLASH = 47;
const BACKSLASH = 92;
const DOT = 46;
const AT = 64;
const COLON_CODE = 58;

const MAX_BLANKS = 64;

const isTrailing = (code: number): boolean =>
  code === DOT || code === COLON_CODE || code === 33 || code === 63 || code === 96;

const isSeparator = (kind: number): boolean => kind === SPACE || kind === DELIMITER;

const isHexDigit = (kind: number): boolean => kind === DIGIT || kind === HEX_LETTER;

/** `ab:12:…`: a part of a MAC or IPv6 address rather than a word and its value. */
const isHexPair = (line: string, colon: number, end: number): boolean => {
  let at = colon + 1;
  while (at < end && at < colon + 6 && isHexDigit(characterClass(line.charCodeAt(at)))) at += 1;
  return at > colon + 1 && at < colon + 6 && line.charCodeAt(at) === COLON_CODE;
};

/** `10.0.0.1:80:Got` and a space: at least three letters, which are no hexadecimal number. */
const isWordAfterColon = (line: string, colon: number, end: number): boolean => {
  let at = colon + 1;
  let isHex = true;
  for (; at < end; at += 1) {
    const kind = characterClass(line.charCodeAt(at));
    if (!isLetterClass(kind)) break;
    if (kind === LETTER) isHex = false;
  }
  const endsWord = at === end || characterClass(line.charCodeAt(at)) === SPACE;
  return endsWord && !isHex && at - colon > 3;
};

const isInsideWord = (line: string, at: number, start: number, end: number): boolean =>
  at > start &&
  at + 1 < end &&
  line.charCodeAt(at) === APOSTROPHE &&
  isLetterClass(characterClass(line.charCodeAt(at - 1))) &&
  isLetterClass(characterClass(line.charCodeAt(at + 1)));

/** Whether anything but blanks follows, as far as a look at the next few characters tells. */
const hasMore = (line: string, from: number): boolean =>
  line.length - from > MAX_BLANKS || line.slice(from).trim() !== '';

/**
 * Splits the first line of a text into tokens by the classes of their characters, in one pass with bounded
 * look-ahead. What is cut off, further lines too, is a variable at the end.
 */
export const createScanner = (limits: { readonly maxCharacters: number; readonly maxTokens: number }): Scanner => {
  const { maxCharacters, maxTokens } = limits;
  // A piece makes three tokens at most, and what was cut off one more.
  const capacity = maxTokens + 4;
  const kinds = new Uint8Array(capacity);
  const starts = new Int32Array(capacity);
  const ends = new Int32Array(capacity);
  const piece: PieceCounts = {
    digits: 0,
    letters: 0,
    otherLetters: 0,
    digitToLetter: 0,
    dots: 0,
    slashes: 0,
    backslashes: 0,
    ats: 0,
    colons: 0,
    isUrl: false,
  };
  let count = 0;

  const push = (kind: number, start: number, end: number): void => {
    kinds[count] = kind;
    starts[count] = start;
    ends[count] = end;
    count += 1;
  };

  /** Whether the piece ends before this colon because a word or a number ends there. */
  const splitsAt = (line: string, colon: number, end: number): boolean => {
    if (colon + 1 >= end) return false;
    const next = line.charCodeAt(colon + 1);
    if (piece.digits > 0) return piece.letters === 0 && isWordAfterColon(line, colon, end);
    if (piece.letters === 0 || piece.colons + piece.dots + piece.slashes + piece.backslashes + piece.ats > 0) {
      return false;
    }
    if (next === COLON_CODE || next === BACKSLASH || isSeparator(characterClass(next))) return false;
    return !(piece.otherLetters === 0 && piece.letters <= 4 && isHexPair(line, colon, end));
  };

  const clear = (): void => {
    piece.digits = 0;
    piece.letters = 0;
    piece.otherLetters = 0;
    piece.digitToLetter = 0;
    piece.dots = 0;
    piece.slashes = 0;
    piece.backslashes = 0;
    piece.ats = 0;
    piece.colons = 0;
    piece.isUrl = false;
  };

  /** Adds the tokens of the piece that begins at `start` and returns where the next one may. */
  const scanPiece = (line: string, start: number, end: number): number => {
    clear();
    let at = start;
    let previous = OTHER;
    for (; at < end; at += 1) {
      const code = line.charCodeAt(at);
      const kind = characterClass(code);
      if (kind === LETTER || kind === HEX_LETTER) {
        piece.letters += 1;
        if (kind === LETTER) piece.otherLetters += 1;
        if (previous === DIGIT) piece.digitToLetter += 1;
      } else if (kind === DIGIT) {
        piece.digits += 1;
      } else if (kind === SPACE || kind === DELIMITER) {
        if (!isInsideWord(line, at, start, end)) break;
      } else if (kind === COLON) {
        if (line.startsWith('//', at + 1)) piece.isUrl = true;
        else if (splitsAt(line, at, end)) {
          push(piece.digits > 0 ? VARIABLE : classifyPiece(line, start, at, piece), start, at);
          push(PUNCTUATION, at, at + 1);
          return at + 1;
        }
        piece.colons += 1;
      } else if (code === DOT) {
        if (at > start && line.charCodeAt(at + 1) === DOT) break;
        piece.dots += 1;
      } else if (code === SLASH) piece.slashes += 1;
      else if (code === BACKSLASH) piece.backslashes += 1;
      else if (code === AT) piece.ats += 1;
      previous = kind;
    }
    if (piece.letters + piece.digits === 0) {
      push(PUNCTUATION, start, at);
      return at;
    }
    const wordEnd = trim(line, start, at);
    push(classifyPiece(line, start, wordEnd, piece), start, wordEnd);
    if (wordEnd < at) push(PUNCTUATION, wordEnd, at);
    return at;
  };

  const trim = (line: string, start: number, end: number): number => {
    let wordEnd = end;
    while (wordEnd > start + 1) {
      const code = line.charCodeAt(wordEnd - 1);
      if (!isTrailing(code)) break;
      if (code === DOT) piece.dots -= 1;
      else if (code === COLON_CODE) piece.colons -= 1;
      wordEnd -= 1;
    }
    return wordEnd;
  };

  const scan = (line: string): void => {
    count = 0;
    let at = 0;
    while (at < line.length && characterClass(line.charCodeAt(at)) === SPACE) at += 1;
    const newline = line.indexOf('\n', at);
    const end = Math.min(newline === -1 ? line.length : newline, at + maxCharacters);
    while (at < end && count < maxTokens) {
      const kind = characterClass(line.charCodeAt(at));
      if (kind === SPACE) at += 1;
      else if (kind === DELIMITER) {
        push(PUNCTUATION, at, at + 1);
        at += 1;
      } else at = scanPiece(line, at, end);
    }
    if (at < end || hasMore(line, end)) {
      const from = line[at] === '\n' ? at + 1 : at;
      count = Math.min(count, maxTokens);
      push(VARIABLE, from, from);
    }
  };

  return { scan, kinds, starts, ends, count: () => count };
};
