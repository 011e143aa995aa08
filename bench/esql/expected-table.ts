import { type HeaderField, readHeaderField, splitValues } from './spec-types.ts';

/** Null is null; the rest are texts that are read by the type of their column. */
export type ExpectedCell = string | readonly string[] | null;

export interface ExpectedTable {
  readonly fields: readonly HeaderField[];
  readonly rows: readonly (readonly ExpectedCell[])[];
}

/** Cells between bars; a bar within one is quoted or has a backslash; a quote within quotes is written twice. */
const splitCells = (line: string): readonly string[] => {
  const cells = [''];
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (character === '"' && isQuoted && line[at + 1] === '"') at += 1;
    else if (character === '"') {
      isQuoted = !isQuoted;
      continue;
    } else if (character === '\\' && line[at + 1] === '|') {
      continue;
    } else if (character === '|' && !isQuoted && line[at - 1] !== '\\') {
      cells.push('');
      continue;
    }
    cells.push(`${cells.pop() ?? ''}${character}`);
  }
  return cells;
};

const readCell = (text: string): ExpectedCell => {
  const cell = text.trim();
  if (cell.toLowerCase() === 'null') return null;
  if (!cell.startsWith('[') || !cell.endsWith(']')) return cell;
  const values = splitValues(cell.slice(1, -1));
  return values.length === 1 ? (values[0] ?? '') : values;
};

export const readExpectedTable = (lines: readonly string[]): ExpectedTable => {
  const [header = '', ...rows] = lines;
  return {
    fields: header === '' ? [] : splitCells(header).map(readHeaderField),
    rows: rows.map((row) => splitCells(row).map(readCell)),
  };
};
