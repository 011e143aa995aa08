import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { isNumeric } from '#esql/types.ts';
import { CHOSEN_COLUMNS, pairBlocks, profileLines } from './answer-blocks.ts';
import { readColumns } from './answer-cells.ts';
import { fitsUncut, gridLines } from './answer-grid.ts';
import { findProfile, MESSAGE, type Profile, TIME } from './answer-profiles.ts';
import { type CommonValue, commonValues } from './common-values.ts';
import { differsIn, foldColumn, foldedRows, foldRows, foldWords, type Sameness } from './fold-rows.ts';
import { escapeCode } from '../text.ts';

export const TABLE_ROWS = 10;

export interface AnswerTable {
  readonly lines: readonly string[];
  readonly shownRows: number;
  readonly hiddenColumns: number;
  readonly names: readonly string[];
  /** What is said once of all rows, and not in the lines. */
  readonly common: readonly CommonValue[];
  /** Columns that were named and have no value in any of the rows shown. */
  readonly empty: readonly string[];
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
  /** Beginnings of the buckets that are not whole. */
  readonly partsAtMs?: ReadonlySet<number>;
  /** What the query is about, besides what is read first of such rows. */
  readonly asked?: AskedColumns;
}

interface AskedColumns {
  readonly sortedBy: readonly string[];
  readonly filteredBy: readonly string[];
  readonly kept: readonly string[];
}

const NOTHING_ASKED: AskedColumns = { sortedBy: [], filteredBy: [], kept: [] };

/**
 * The rows as they fit a phone: a table where all values fit uncut; else whole rows with what is read first of
 * them on top, and anything else as lines of `key: value`. The `keys` tell rows apart: they are never left out.
 * Rows without keys that say the same are folded, unless they are ranked or few were asked for; what all have in
 * common is said once.
 */
export const answerTable = (
  answer: QueryAnswer,
  keys: readonly string[],
  now: Date,
  part: TablePart = { firstRow: 0, mostRows: TABLE_ROWS },
): AnswerTable => {
  const page = { ...answer, rows: answer.rows.slice(part.firstRow) };
  const profile = keys.length === 0 ? findProfile(answer.columns.map(({ name }) => name)) : null;
  return profile === null ? plainTable(page, keys, now, part) : rowsTable(answer, page, profile, now, part);
};

const plainTable = (
  page: QueryAnswer,
  keys: readonly string[],
  now: Date,
  { mostRows, partsAtMs }: TablePart,
): AnswerTable => {
  const columns = readColumns(page, keys, mostRows, now, partsAtMs);
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
    empty: [],
    entries: Array.from({ length: shownRows }, (_, row) => ({ row, time: null })),
  };
};

const rowsTable = (
  answer: QueryAnswer,
  page: QueryAnswer,
  profile: Profile,
  now: Date,
  { mostRows, asked = NOTHING_ASKED }: TablePart,
): AnswerTable => {
  const common = commonValues(answer, profile, now);
  const said = new Set(common.map(({ name }) => name));
  const folds = isListed(answer, asked)
    ? page.rows.slice(0, mostRows).map((_, at) => ({ at, rows: [at], isAlike: false }))
    : foldRows(page, samenessOf(page, profile, asked), mostRows);
  const read = foldedRows(folds);
  const all = readColumns(page, [], read, now);
  const times = all.find(({ name }) => name === TIME);
  const valuesAt = (at: number): readonly QueryValue[] => page.rows.slice(0, read).map((row) => row[at] ?? null);
  const columns = all.flatMap((column, at) =>
    said.has(column.name) ? [] : [foldColumn(column, valuesAt(at), folds, profile.text)],
  );
  const isFolded = read > folds.length;
  const inOrder = [...columns.filter(({ isNumber }) => isNumber), ...columns.filter(({ isNumber }) => !isNumber)];
  const grid = !isFolded && fitsUncut(inOrder) ? gridLines(inOrder) : null;
  const { lines, shownRows, shownColumns, names, empty } =
    grid === null
      ? profileLines(columns, profile, {
          isChosen: all.length <= CHOSEN_COLUMNS,
          asked: [...asked.sortedBy, ...asked.filteredBy],
          kept: asked.kept,
          notes: folds.map((fold) => foldWords(times, fold)),
          differing: folds.map((fold) => all.filter((column) => differsIn(column, fold)).map(({ name }) => name)),
        })
      : {
          lines: grid,
          shownRows: grid.length - 1,
          shownColumns: columns.length,
          names: inOrder.map(({ name }) => name),
          empty: [],
        };
  // Rows of what is not shown lie between those of what is: fewer entries then stand for fewer rows.
  if (shownRows < folds.length)
    return rowsTable(answer, page, profile, now, { firstRow: 0, mostRows: shownRows, asked });
  return {
    lines: lines.map(escapeCode),
    shownRows: read,
    hiddenColumns: columns.length - shownColumns,
    names,
    common,
    empty,
    entries: folds.map(({ at }) => ({ row: at, time: times?.cells[at] ?? null })),
  };
};

/** Each of its rows is an entry: a ranking by a number, or a few rows by a limit of its own. */
const isListed = ({ columns, rows, isCut }: QueryAnswer, { sortedBy }: AskedColumns): boolean =>
  columns.some(({ name, type }) => isNumeric(type) && sortedBy.includes(name)) || (isCut && rows.length <= TABLE_ROWS);

/**
 * What somebody chose is never folded away. Of whole rows, what is read first must be the same; log lines in the
 * order of time may differ in the values of their text, and have others between them.
 */
const samenessOf = ({ columns }: QueryAnswer, { head, text }: Profile, { sortedBy }: AskedColumns): Sameness => {
  const names = columns.map(({ name }) => name).filter((name) => name !== TIME);
  if (columns.length <= CHOSEN_COLUMNS) return { sameIn: names, alikeIn: null };
  const isByTime = sortedBy.every((name) => name === TIME);
  return {
    sameIn: names.filter((name) => head.includes(name) || name === text),
    alikeIn: isByTime && text === MESSAGE ? text : null,
  };
};
