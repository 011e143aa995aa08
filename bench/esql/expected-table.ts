import { type HeaderField, readHeaderField } from '#app/lookups/header-field.ts';
import { splitValues } from './spec-types.ts';

/** The type of a column that is only kept, where indices disagree about it: its values are null. */
export const NO_TYPE = 'unsupported';

/** Null is null; the rest are texts that are read by the type of their column. */
export type ExpectedCell = string | readonly string[] | null;

export interface ExpectedTable {
  readonly fields: readonly HeaderField[];
  readonly rows: readonly (readonly ExpectedCell[])[];
}

const LIST_BEGUN = /^\s*\[(?:.*,)?\s*$/s;

/** Whether a quote at the end of what is read of a cell begins a quoted part: elsewhere it stands for itself. */
const opensQuote = (cell: string): boolean => cell.trim() === '' || LIST_BEGUN.test(cell);

/** A cell as it is being read; what stands in quotes keeps its blanks. */
interface Cell {
  text: string;
  /** Until here the text was quoted. */
  kept: number;
}

const trimmed = ({ text, kept }: Cell): string => `${text.slice(0, kept)}${text.slice(kept).trimEnd()}`;

/**
 * Cells between bars; a bar within one is quoted or has a backslash, as a comma within a value of a list is;
 * a quote within quotes is written twice. Null if a quote is still open: the value goes on in the next line.
 */
const splitCells = (line: string): readonly string[] | null => {
  let cell: Cell = { text: '', kept: 0 };
  const cells = [cell];
  let isQuoted = false;
  let isInList = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '"' && isQuoted && line[at + 1] === '"') at += 1;
    else if (character === '"' && (isQuoted || opensQuote(cell.text))) {
      isQuoted = !isQuoted;
      isInList = isQuoted && LIST_BEGUN.test(cell.text);
      cell.kept = cell.text.length;
      continue;
    } else if (character === '\\' && line[at + 1] === '|') {
      continue;
    } else if (character === '|' && !isQuoted && line[at - 1] !== '\\') {
      cell = { text: '', kept: 0 };
      cells.push(cell);
      continue;
    }
    if (isQuoted || cell.text !== '' || character.trim() !== '')
      cell.text += isInList && character === ',' && line[at - 1] !== '\\' ? String.raw`\,` : character;
  }
  return isQuoted ? null : cells.map(trimmed);
};

/** A name may hold the source of a call, whose quotes are its own and hide bars: `CONCAT(a, "|"):keyword`. */
const splitHeader = (line: string): readonly string[] =>
  (line.match(/(?:"(?:[^"]|"")*"|\\\||[^|"])+/g) ?? []).map((cell) => {
    const text = cell.trim();
    return /^"(?:[^"]|"")*"(?=:|$)/.test(text)
      ? text.replace(/^"((?:[^"]|"")*)"/, (_, inner: string) => inner.replaceAll('""', '"'))
      : text.replaceAll(String.raw`\|`, '|');
  });

/** Rows of a table; a quoted value may go on in the next line. */
const joinLines = (lines: readonly string[]): readonly (readonly string[])[] => {
  const rows: (readonly string[])[] = [];
  let open = '';
  for (const line of lines) {
    const text = open === '' ? line : `${open}\n${line}`;
    const cells = splitCells(text);
    open = cells ? '' : text;
    if (cells) rows.push(cells);
  }
  return open === '' ? rows : [...rows, [open]];
};

const readCell = (cell: string): ExpectedCell => {
  if (cell.toLowerCase() === 'null') return null;
  if (!cell.startsWith('[') || !cell.endsWith(']')) return cell;
  const values = splitValues(cell.slice(1, -1));
  return values.length === 1 ? (values[0] ?? '') : values;
};

export const readExpectedTable = (lines: readonly string[]): ExpectedTable => {
  const [header = '', ...rows] = lines;
  return {
    fields: header === '' ? [] : splitHeader(header).map(readHeaderField),
    rows: joinLines(rows).map((row) => row.map(readCell)),
  };
};
