import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { type AnswerLines, pairBlocks, profileLines } from './answer-blocks.ts';
import { type AnswerColumn, readColumns } from './answer-cells.ts';
import { fitsButOne, fitsUncut, gridLines, gridOf } from './answer-grid.ts';
import { escapeMrkdwn, toOneLine } from './text.ts';

const TABLE_COLUMNS = 3;
const TABLE_ROWS = 10;

export interface AnswerTable {
  readonly lines: readonly string[];
  readonly shownRows: number;
  readonly hiddenColumns: number;
  readonly names: readonly string[];
}

/**
 * The rows as they fit a phone: a table where all values fit, or all but the widest column, or where there are
 * three at most; else whole rows with what is read first of them on top, and anything else as lines of
 * `key: value`. The `keys` tell rows apart: they are never left out, nor cut so that two groups look the same.
 */
export const answerTable = (answer: QueryAnswer, keys: readonly string[], now: Date): AnswerTable => {
  const columns = readColumns(answer, TABLE_ROWS, now);
  const { lines, shownRows, shownColumns, names } = layOut(columns, keys.map(toOneLine));
  return { lines: lines.map(escapeMrkdwn), shownRows, hiddenColumns: columns.length - shownColumns, names };
};

const layOut = (columns: readonly AnswerColumn[], keys: readonly string[]): AnswerLines => {
  const inOrder = [...columns.filter(({ isNumber }) => isNumber), ...columns.filter(({ isNumber }) => !isNumber)];
  const asTable = (): AnswerLines => {
    const lines = gridLines(inOrder);
    return { lines, shownRows: lines.length - 1, shownColumns: columns.length, names: columns.map(({ name }) => name) };
  };
  if (fitsUncut(columns)) return asTable();
  if ((columns.length <= TABLE_COLUMNS || fitsButOne(columns)) && isToldApart(inOrder, keys)) return asTable();
  return (keys.length === 0 ? profileLines(columns) : null) ?? pairBlocks(inOrder);
};

/** Whether groups that are different still look so once their keys are cut. */
const isToldApart = (columns: readonly AnswerColumn[], keys: readonly string[]): boolean => {
  const isKey = columns.map(({ name }) => keys.includes(name));
  const { rows } = gridOf(columns);
  const whole = rows.map((_, row) => columns.map(({ cells }) => cells[row] ?? null));
  return countKeys(rows, isKey) === countKeys(whole, isKey);
};

const countKeys = (rows: readonly (readonly (string | null)[])[], isKey: readonly boolean[]): number =>
  new Set(rows.map((row) => JSON.stringify(row.filter((_, at) => isKey[at])))).size;
