import type { QueryAnswer } from '#ports/telemetry-store.ts';
import { type AnswerLines, pairBlocks, profileLines } from './answer-blocks.ts';
import { type AnswerColumn, readColumns } from './answer-cells.ts';
import { fitsUncut, gridLines } from './answer-grid.ts';
import { escapeCode, toOneLine } from '../text.ts';

export const TABLE_ROWS = 10;

export interface AnswerTable {
  readonly lines: readonly string[];
  readonly shownRows: number;
  readonly hiddenColumns: number;
  readonly names: readonly string[];
}

/**
 * The rows as they fit a phone: a table where all values fit uncut; else whole rows with what is read first of
 * them on top, and anything else as lines of `key: value`. The `keys` tell rows apart: they are never left out.
 */
export const answerTable = (
  answer: QueryAnswer,
  keys: readonly string[],
  now: Date,
  mostRows = TABLE_ROWS,
): AnswerTable => {
  const columns = readColumns(answer, keys, mostRows, now);
  const { lines, shownRows, shownColumns, names } = layOut(columns, keys.map(toOneLine));
  return { lines: lines.map(escapeCode), shownRows, hiddenColumns: columns.length - shownColumns, names };
};

const layOut = (columns: readonly AnswerColumn[], keys: readonly string[]): AnswerLines => {
  const inOrder = [...columns.filter(({ isNumber }) => isNumber), ...columns.filter(({ isNumber }) => !isNumber)];
  if (fitsUncut(inOrder)) {
    const lines = gridLines(inOrder);
    return { lines, shownRows: lines.length - 1, shownColumns: columns.length, names: columns.map(({ name }) => name) };
  }
  return (keys.length === 0 ? profileLines(columns) : null) ?? pairBlocks(inOrder);
};
