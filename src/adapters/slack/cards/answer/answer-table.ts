import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { CHOSEN_COLUMNS, pairBlocks, profileLines } from './answer-blocks.ts';
import { readColumns } from './answer-cells.ts';
import { fitsUncut, gridLines } from './answer-grid.ts';
import { findProfile, type Profile, TIME } from './answer-profiles.ts';
import { type CommonValue, commonValues } from './common-values.ts';
import { foldColumn, foldRows, foldWords } from './fold-rows.ts';
import { escapeCode } from '../text.ts';

export const TABLE_ROWS = 10;

export interface AnswerTable {
  readonly lines: readonly string[];
  readonly shownRows: number;
  readonly hiddenColumns: number;
  readonly names: readonly string[];
  /** What is said once of all rows, and not in the lines. */
  readonly common: readonly CommonValue[];
  /** Of the rows given, the first of each that is shown. */
  readonly entries: readonly Entry[];
}

interface Entry {
  readonly row: number;
  /** Where rows are folded they cannot be counted by eye; null: they have none. */
  readonly time: string | null;
}

export interface TablePart {
  /** Counts from 0. */
  readonly firstRow: number;
  readonly mostRows: number;
}

/**
 * The rows as they fit a phone: a table where all values fit uncut; else whole rows with what is read first of
 * them on top, and anything else as lines of `key: value`. The `keys` tell rows apart: they are never left out.
 * Rows without keys that say the same one after the other are folded, and what all have in common is said once.
 */
export const answerTable = (
  answer: QueryAnswer,
  keys: readonly string[],
  now: Date,
  { firstRow, mostRows }: TablePart = { firstRow: 0, mostRows: TABLE_ROWS },
): AnswerTable => {
  const page = { ...answer, rows: answer.rows.slice(firstRow) };
  const profile = keys.length === 0 ? findProfile(answer.columns.map(({ name }) => name)) : null;
  return profile === null ? plainTable(page, keys, now, mostRows) : rowsTable(answer, page, profile, now, mostRows);
};

const plainTable = (page: QueryAnswer, keys: readonly string[], now: Date, mostRows: number): AnswerTable => {
  const columns = readColumns(page, keys, mostRows, now);
  const inOrder = [...columns.filter(({ isNumber }) => isNumber), ...columns.filter(({ isNumber }) => !isNumber)];
  const grid = fitsUncut(inOrder) ? gridLines(inOrder) : null;
  const { lines, shownRows, names } =
    grid === null
      ? pairBlocks(inOrder)
      : { lines: grid, shownRows: grid.length - 1, names: columns.map(({ name }) => name) };
  return {
    lines: lines.map(escapeCode),
    shownRows,
    hiddenColumns: 0,
    names,
    common: [],
    entries: Array.from({ length: shownRows }, (_, row) => ({ row, time: null })),
  };
};

const rowsTable = (
  answer: QueryAnswer,
  page: QueryAnswer,
  profile: Profile,
  now: Date,
  mostRows: number,
): AnswerTable => {
  const common = commonValues(answer, profile, now);
  const said = new Set(common.map(({ name }) => name));
  const folds = foldRows(page, sameIn(page, profile), mostRows);
  const read = folds.reduce((sum, { rows }) => sum + rows, 0);
  const all = readColumns(page, [], read, now);
  const times = all.find(({ name }) => name === TIME);
  const columns = all.flatMap((column, at) =>
    said.has(column.name)
      ? []
      : [
          foldColumn(
            column,
            page.rows.slice(0, read).map((row) => row[at] ?? null),
            folds,
          ),
        ],
  );
  const isFolded = read > folds.length;
  const inOrder = [...columns.filter(({ isNumber }) => isNumber), ...columns.filter(({ isNumber }) => !isNumber)];
  const grid = !isFolded && fitsUncut(inOrder) ? gridLines(inOrder) : null;
  const { lines, shownRows, shownColumns, names } =
    grid === null
      ? profileLines(columns, profile, {
          isChosen: all.length <= CHOSEN_COLUMNS,
          notes: folds.map((fold) => foldWords(times, fold)),
        })
      : {
          lines: grid,
          shownRows: grid.length - 1,
          shownColumns: columns.length,
          names: inOrder.map(({ name }) => name),
        };
  const shown = folds.slice(0, shownRows);
  return {
    lines: lines.map(escapeCode),
    shownRows: shown.reduce((sum, { rows }) => sum + rows, 0),
    hiddenColumns: columns.length - shownColumns,
    names,
    common,
    entries: shown.map(({ at }) => ({ row: at, time: times?.cells[at] ?? null })),
  };
};

/** What somebody chose is never folded away; of whole rows, what is read first must be the same. */
const sameIn = ({ columns }: QueryAnswer, { head, text }: Profile): readonly string[] =>
  columns
    .map(({ name }) => name)
    .filter((name) => name !== TIME && (columns.length <= CHOSEN_COLUMNS || head.includes(name) || name === text));
