import { characterClass, DIGIT, HEX_LETTER, isDigitCode, isUpperCode, LETTER } from './character-class.ts';

export const WORD = 1;
export const VARIABLE = 2;
export const PUNCTUATION = 3;
/** A name with digits in it, such as `node-7`. */
export const NAME = 4;

/** What a run of characters between separators is made of, counted while it is scanned. */
export interface PieceCounts {
  digits: number;
  letters: number;
  /** Letters beyond f. */
  otherLetters: number;
  /** Changes from a digit to a letter. */
  digitToLetter: number;
  dots: number;
  slashes: number;
  backslashes: number;
  ats: number;
  colons: number;
  isUrl: boolean;
}

// Longer ones are encoded data.
const MAX_WORD = 64;
const MAX_CODE_DIGITS = 4;

const SLASH = 47;
const COLON_CODE = 58;
const DOT = 46;
const UNDERSCORE = 95;
const TILDE = 126;
const DOLLAR = 36;

const isSign = (code: number): boolean => code === 43 || code === 45 || code === 35 || code === DOLLAR;

/** `a.b.C` or `A::b`: each part begins with a letter, and the last with a capital unless there is a `::`. */
const isCodeName = (line: string, start: number, end: number, hasColons: boolean): boolean => {
  let isPartStart = true;
  let isCapital = false;
  for (let at = start; at < end; at += 1) {
    const code = line.charCodeAt(at);
    if (code === COLON_CODE) {
      const followsColon = line.charCodeAt(at - 1) === COLON_CODE;
      if (isPartStart && at > start && !followsColon) return false;
      if (!followsColon && line.charCodeAt(at + 1) !== COLON_CODE) return false;
      isPartStart = true;
    } else if (code === DOT) {
      if (isPartStart) return false;
      isPartStart = true;
    } else if (isPartStart) {
      const kind = characterClass(code);
      if (kind !== HEX_LETTER && kind !== LETTER && code !== TILDE && code !== UNDERSCORE) return false;
      isCapital = isUpperCode(code);
      isPartStart = false;
    } else if (characterClass(code) < DIGIT && code !== UNDERSCORE && code !== DOLLAR) return false;
  }
  return !isPartStart && (hasColons || isCapital);
};

const isPath = (line: string, start: number, length: number, piece: PieceCounts): boolean => {
  const first = line.charCodeAt(start);
  if (first === SLASH && length > 1) return true;
  if (piece.backslashes > 1) return true;
  if (piece.backslashes === 1 && line.charCodeAt(start + 1) === COLON_CODE) return true;
  return piece.slashes > 0 && (first === TILDE || first === DOT);
};

const isHexWord = (piece: PieceCounts, length: number): boolean =>
  piece.otherLetters === 0 && piece.letters === length && (length === 8 || length === 16 || length >= 32);

const classifyWithoutDigits = (piece: PieceCounts, length: number): number => {
  if (piece.slashes >= 2 || (piece.slashes === 1 && piece.dots > 0)) return VARIABLE;
  return isHexWord(piece, length) ? VARIABLE : WORD;
};

/** What a piece with at least one letter or digit is; the first rule that fits. */
export const classifyPiece = (line: string, start: number, end: number, piece: PieceCounts): number => {
  const length = end - start;
  if (piece.isUrl || length > MAX_WORD) return VARIABLE;
  if (isPath(line, start, length, piece)) return VARIABLE;
  if (piece.ats === 1 && piece.dots > 0) return VARIABLE;
  if (piece.digits === 0) return classifyWithoutDigits(piece, length);
  if (piece.letters === 0) return VARIABLE;
  const isSigned = isSign(line.charCodeAt(start)) && length > 1;
  if (isDigitCode(line.charCodeAt(isSigned ? start + 1 : start))) return VARIABLE;
  const { slashes, ats, backslashes, colons } = piece;
  if (piece.dots + slashes + ats + colons + backslashes > 0) {
    const mayBeCode = slashes + ats + backslashes === 0 && piece.digits <= MAX_CODE_DIGITS && colons !== 1;
    return mayBeCode && isCodeName(line, start, end, colons >= 2) ? NAME : VARIABLE;
  }
  if (piece.otherLetters === 0 && length >= 4) return VARIABLE;
  if (piece.digitToLetter >= 2 || (piece.digitToLetter === 1 && piece.digits >= 4)) return VARIABLE;
  return NAME;
};
