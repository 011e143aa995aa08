import { characterClass, HEX_LETTER, isDigitCode, LETTER, OTHER } from './character-class.ts';

const isLetterAt = (name: string, at: number): boolean => {
  const kind = characterClass(name.charCodeAt(at));
  return kind >= HEX_LETTER && kind <= LETTER;
};

const firstDigit = (name: string): number => {
  let at = 0;
  while (at < name.length && !isDigitCode(name.charCodeAt(at))) at += 1;
  return at;
};

/** What names that differ in their digits have in common: `blk_#`, `node#`, `Cache#.Entry`. */
export const nameStem = (name: string): string => {
  if (name.includes('.') || name.includes('::')) return name.replaceAll(/[0-9]+/g, '#');
  let end = firstDigit(name);
  let letters = end;
  while (letters > 0 && isLetterAt(name, letters - 1)) letters -= 1;
  if (letters >= 2) end = letters;
  while (end > 0 && characterClass(name.charCodeAt(end - 1)) === OTHER) end -= 1;
  return `${name.slice(0, end)}#`;
};

/** `http2` and `eth0` are read as words until they vary, `node-7` and `x123` are not. */
export const isReadAsWord = (name: string): boolean => {
  let digits = 0;
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    if (isDigitCode(code)) digits += 1;
    else if (digits === 0 && characterClass(code) === OTHER) return false;
  }
  return digits <= 2;
};
