import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { type AnswerColumn, numberText } from './answer-cells.ts';
import { TIME } from './answer-profiles.ts';

/** Rows that follow each other and say the same. */
export interface Fold {
  /** Of its first row. */
  readonly at: number;
  readonly rows: number;
}

type Rows = Pick<QueryAnswer, 'columns' | 'rows'>;

/** The rows that differ in none of these columns, as far as there is room for so many. */
export const foldRows = ({ columns, rows }: Rows, sameIn: readonly string[], mostFolds: number): readonly Fold[] => {
  const compared = columns.flatMap(({ name }, at) => (sameIn.includes(name) ? [at] : []));
  const folds: Fold[] = [];
  for (const [at, row] of rows.entries()) {
    const last = folds.at(-1);
    const first = last === undefined ? undefined : rows[last.at];
    const isSame = first !== undefined && compared.every((column) => isEqual(row[column], first[column]));
    if (last !== undefined && isSame) folds[folds.length - 1] = { ...last, rows: last.rows + 1 };
    else if (folds.length === mostFolds) break;
    else folds.push({ at, rows: 1 });
  }
  return folds;
};

export const isEqual = (a: QueryValue | undefined, b: QueryValue | undefined): boolean =>
  Array.isArray(a) && Array.isArray(b)
    ? a.length === b.length && a.every((value, at) => value === b[at])
    : (a ?? null) === (b ?? null);

/** A cell for each fold: its value, or how far the values of its rows are apart. */
export const foldColumn = (
  column: AnswerColumn,
  values: readonly QueryValue[],
  folds: readonly Fold[],
): AnswerColumn => ({ ...column, cells: folds.map((fold) => foldedCell(column, values, fold)) });

const foldedCell = (
  { name, isNumber, cells }: AnswerColumn,
  values: readonly QueryValue[],
  { at, rows }: Fold,
): string | null => {
  const first = cells[at] ?? null;
  const told = new Set(cells.slice(at, at + rows));
  if (name === TIME || told.size === 1) return first;
  const numbers = isNumber
    ? values.slice(at, at + rows).filter((value) => typeof value === 'number' || typeof value === 'bigint')
    : [];
  const [one, ...others] = numbers;
  if (one !== undefined) {
    const least = others.reduce((found, value) => (value < found ? value : found), one);
    const greatest = others.reduce((found, value) => (value > found ? value : found), one);
    return `${numberText(least)} to ${numberText(greatest)}`;
  }
  return `${told.size} different`;
};

/** How often, and between which times; empty for a row alone. */
export const foldWords = (times: AnswerColumn | undefined, { at, rows }: Fold): string => {
  if (rows === 1) return '';
  const seen = (times?.cells.slice(at, at + rows) ?? []).filter((cell) => cell !== null).toSorted();
  const [first, last] = [seen[0], seen.at(-1)];
  const when = first === undefined || last === undefined || first === last ? '' : `, ${first} to ${last}`;
  return `× ${rows.toLocaleString('en-US')}${when}`;
};
