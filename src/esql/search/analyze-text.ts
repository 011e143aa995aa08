const LETTERS = String.raw`[\p{L}\p{M}]+`;
const DIGITS = String.raw`\p{N}+`;

/**
 * One word of a text, as the standard analyzer divides it (Unicode Standard Annex 29): dots stay
 * inside words and numbers, underscores join. `unspaced` is the class of the characters of scripts
 * without spaces, each a word of its own, in the syntax of who runs the pattern.
 */
export const wordPattern = (unspaced: string): string =>
  `${unspaced}|(?:${LETTERS}(?:[.'’:]${LETTERS})*|${DIGITS}(?:[.,;'’]${DIGITS})*|_)+`;

const WORDS = new RegExp(wordPattern(String.raw`[\p{Script=Han}\p{Script=Hiragana}]`), 'gu');

/** The words of a text, in its order, in small letters. */
export const analyzeText = (text: string): readonly string[] => text.toLowerCase().match(WORDS) ?? [];
