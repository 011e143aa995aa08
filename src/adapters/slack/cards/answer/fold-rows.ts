import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { alikeAmong } from './alike-among.ts';
import { type AnswerColumn, numberText } from './answer-cells.ts';
import { TIME } from './answer-profiles.ts';

/** Rows that say the same. */
export interface Fold {
  /** Of its first row. */
  readonly at: number;
  /** All of them, the first included. */
  readonly rows: readonly number[];
  /** They say the same but for values in their text. */
  readonly isAlike: boolean;
}

type Rows = Pick<QueryAnswer, 'columns' | 'rows'>;

export interface Sameness {
  /** Rows of a fold differ in none of these columns. */
  readonly sameIn: readonly string[];
  /** And in this one only in values; then they need not follow each other. Null: no text is read so. */
  readonly alikeIn: string | null;
}

/** The rows up to the first for which there is no room among so many folds, in the order of their first rows. */
export const foldRows = (
  { columns, rows }: Rows,
  { sameIn, alikeIn }: Sameness,
  mostFolds: number,
): readonly Fold[] => {
  const compared = columns.flatMap(({ name }, at) => (sameIn.includes(name) && name !== alikeIn ? [at] : []));
  const textAt = columns.findIndex(({ name }) => name === alikeIn);
  const textOf = (row: number): QueryValue | undefined => rows[row]?.[textAt];
  const alikeOf = alikeAmong(rows.flatMap((row) => textIn(row[textAt])));
  const folds: { at: number; rows: number[]; alike: QueryValue | undefined; isAlike: boolean }[] = [];
  for (const [at, row] of rows.entries()) {
    const text = textOf(at);
    const alike = typeof text === 'string' ? alikeOf(text) : text;
    const same = (textAt === -1 ? folds.slice(-1) : folds).find(
      (fold) => isEqual(fold.alike, alike) && compared.every((column) => isEqual(row[column], rows[fold.at]?.[column])),
    );
    if (same !== undefined) {
      same.rows.push(at);
      same.isAlike ||= !isEqual(textOf(same.at), textOf(at));
    } else if (folds.length === mostFolds) break;
    else folds.push({ at, rows: [at], alike, isAlike: false });
  }
  return folds;
};

const textIn = (value: QueryValue | undefined): readonly string[] => (typeof value === 'string' ? [value] : []);

export const isEqual = (a: QueryValue | undefined, b: QueryValue | undefined): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((value, at) => value === b[at])
    : (a ?? null) === (b ?? null);

export const foldedRows = (folds: readonly Fold[]): number => folds.reduce((sum, { rows }) => sum + rows.length, 0);

/** A cell for each fold: its value, or how far the values of its rows are apart. */
export const foldColumn = (
  column: AnswerColumn,
  values: readonly QueryValue[],
  folds: readonly Fold[],
  textName: string | null,
): AnswerColumn => ({
  ...column,
  cells: folds.map((fold) =>
    column.name === TIME || column.name === textName
      ? (column.cells[fold.at] ?? null)
      : foldedCell(column, values, fold),
  ),
});

const foldedCell = (
  { isNumber, cells }: AnswerColumn,
  values: readonly QueryValue[],
  { at, rows }: Fold,
): string | null => {
  const told = toldIn(cells, rows);
  if (told === 1) return cells[at] ?? null;
  const numbers = isNumber
    ? rows.map((row) => values[row]).filter((value) => typeof value === 'number' || typeof value === 'bigint')
    : [];
  const [one, ...others] = numbers;
  if (one !== undefined) {
    const least = others.reduce((found, value) => (value < found ? value : found), one);
    const greatest = others.reduce((found, value) => (value > found ? value : found), one);
    return `${numberText(least)} to ${numberText(greatest)}`;
  }
  return `${told} different`;
};

const toldIn = (cells: AnswerColumn['cells'], rows: readonly number[]): number =>
  new Set(rows.map((row) => cells[row] ?? null)).size;

/** Whether its rows tell different values of a column. */
export const differsIn = ({ cells }: AnswerColumn, { rows }: Fold): boolean => toldIn(cells, rows) > 1;

/** How often, and between which times; empty for a row alone. */
export const foldWords = (times: AnswerColumn | undefined, { rows, isAlike }: Fold): string => {
  if (rows.length === 1) return '';
  const seen = rows.flatMap((row) => times?.cells[row] ?? []).toSorted();
  const [first, last] = [seen[0], seen.at(-1)];
  const when = first === undefined || last === undefined || first === last ? '' : `, ${first} to ${last}`;
  return `× ${rows.length.toLocaleString('en-US')}${isAlike ? ' alike' : ''}${when}`;
};
