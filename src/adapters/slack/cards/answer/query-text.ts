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
    const pieces = breakWord(`${lines.length === 0 ? '' : CONTINUED}${word}`);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return current === '' ? lines : [...lines, current];
};

const breakWord = (word: string): readonly string[] => {
  const characters = [...word];
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += CODE_COLUMNS)
    pieces.push(characters.slice(from, from + CODE_COLUMNS).join(''));
  return pieces;
};
