export const OTHER = 0;
export const SPACE = 1;
export const DELIMITER = 2;
export const DIGIT = 3;
export const HEX_LETTER = 4;
export const LETTER = 5;
export const COLON = 6;

const LAST_CONTROL = 0xa0;

const isUnicodeSpace = (code: number): boolean =>
  (code >= 0x2000 && code < 0x2010) || code === 0x2028 || code === 0x2029 || code === 0x3000 || code === 0xfeff;

const isUnicodePunctuation = (code: number): boolean =>
  (code >= 0x2010 && code < 0x2070) || (code >= 0x3000 && code < 0x3040) || (code >= 0xff00 && code < 0xff10);

const classOf = (code: number): number => {
  if (code <= 32 || (code >= 127 && code <= LAST_CONTROL) || isUnicodeSpace(code)) return SPACE;
  if (code > LAST_CONTROL) return code >= 0xc0 && !isUnicodePunctuation(code) ? LETTER : OTHER;
  const character = String.fromCharCode(code);
  if ('()[]{}"\'<>,;|='.includes(character)) return DELIMITER;
  if (character >= '0' && character <= '9') return DIGIT;
  if (/[a-f]/i.test(character)) return HEX_LETTER;
  if (/[a-z]/i.test(character)) return LETTER;
  return character === ':' ? COLON : OTHER;
};

const CLASSES = Uint8Array.from({ length: 0x1_00_00 }, (_, code) => classOf(code));

/** The class of a UTF-16 unit; halves of surrogate pairs are letters. */
export const characterClass = (code: number): number => CLASSES[code] ?? OTHER;

export const isLetterClass = (kind: number): boolean => kind === LETTER || kind === HEX_LETTER;

export const isDigitCode = (code: number): boolean => code >= 48 && code < 58;

export const isUpperCode = (code: number): boolean => code >= 65 && code <= 90;
