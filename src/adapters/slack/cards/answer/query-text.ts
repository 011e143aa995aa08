import { escapeCode, lengthOf } from '../text.ts';

export const CODE_COLUMNS = 36;
const CONTINUED = '    ';
const QUERY_LINES = 30;

/** The ES|QL broken before each pipe, and between words where a phone would wrap it. */
export const queryLines = (query: string): readonly string[] => {
  const lines = plainQueryLines(query).flatMap(wrap);
  const shown = lines.length > QUERY_LINES ? [...lines.slice(0, QUERY_LINES - 1), '…'] : lines;
  return shown.map(escapeCode);
};

/** Each command on a line of its own, as it can be typed. */
export const plainQueryLines = (query: string): readonly string[] =>
  splitPipes(query).map((part, index) => (index === 0 ? part : `| ${part}`));

/** At pipes that stand outside strings and quoted names. */
const splitPipes = (query: string): readonly string[] =>
  tokens(query, '|').map((part) => part.replace(/\s+/gu, ' ').trim());

const tokens = (text: string, separator: string): readonly string[] => {
  const parts: string[] = [''];
  let quote = '';
  for (const [index, character] of [...text].entries()) {
    if (quote === '' && (character === '"' || character === '`')) quote = character;
    else if (character === quote && text[index - 1] !== '\\') quote = '';
    if (quote === '' && character === separator) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
};

const wrap = (line: string): readonly string[] => {
  const lines: string[] = [];
  let current = '';
  for (const word of tokens(line, ' ').filter((each) => each !== '')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (lengthOf(joined) <= CODE_COLUMNS) {
      current = joined;
      continue;
    }
    if (current.trim() !== '') lines.push(current);
    const indent = lines.length === 0 ? '' : CONTINUED;
    // A literal that fits a line only without the indent is more use whole.
    const isTight = lengthOf(word) <= CODE_COLUMNS && lengthOf(indent) + lengthOf(word) > CODE_COLUMNS;
    const pieces = breakWord(isTight ? word : `${indent}${word}`);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return current === '' ? lines : [...lines, current];
};

const LITERAL_OR_CHARACTER = /"(?:\\.|[^"\\])*"|`[^`]*`|./gsu;

/** Nowhere within a literal or a quoted name: copied from there it would be another one. */
const breakWord = (word: string): readonly string[] => {
  const pieces: string[] = [];
  let current = '';
  for (const [part] of word.matchAll(LITERAL_OR_CHARACTER)) {
    if (current.trim() !== '' && lengthOf(current) + lengthOf(part) > CODE_COLUMNS) {
      pieces.push(current);
      current = '';
    }
    current += part;
  }
  return [...pieces, current];
};
