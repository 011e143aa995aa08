import { type AnswerColumn, NO_VALUE, ZONE } from './answer-cells.ts';
import { CODE_COLUMNS } from './query-text.ts';
import { lengthOf } from '../text.ts';

const GAP = 2;
const LEAST_WIDTH = 6;
const LEAST_READABLE = 12;

const cellsOf = (column: AnswerColumn): readonly string[] => column.cells.map((cell) => cell ?? NO_VALUE);

const widest = (cells: readonly string[]): number => Math.max(0, ...cells.map(lengthOf));

const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width, 0);

const roomFor = (columns: number): number => CODE_COLUMNS - GAP * (columns - 1);

/** Whether every value fits a phone's line uncut; a name may be cut, as far as it can still be guessed. */
export const fitsUncut = (columns: readonly AnswerColumn[]): boolean =>
  sum(columns.map(leastWidth)) <= roomFor(columns.length);

/** Whether all but the widest column fit uncut, and that one keeps enough to be read. */
const fitsButOne = (columns: readonly AnswerColumn[]): boolean => {
  const least = columns.map(leastWidth);
  return sum(least) - Math.max(...least) + LEAST_READABLE <= roomFor(columns.length);
};

const leastWidth = (column: AnswerColumn): number =>
  Math.max(widest(cellsOf(column)), Math.min(lengthOf(column.label), LEAST_WIDTH));

/** The names, then a line for each row, as wide as a phone allows: numbers to the right, the widest column cut with `›`. */
export const gridLines = (columns: readonly AnswerColumn[]): readonly string[] => {
  const cells = columns.map((column) => [column.label, ...cellsOf(column)]);
  const widths = fitWidths(cells.map(widest), widthsToKeep(columns));
  return (cells[0] ?? []).map((_, row) =>
    cells
      .map((column, at) => {
        const width = widths[at] ?? 1;
        const cell = column[row] ?? '';
        return fitCell(row === 0 ? fitLabel(cell, width) : cell, width, columns[at]?.isNumber === true);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
};

/** Uncut values where they fit; else where all but the widest do; else none. */
const widthsToKeep = (columns: readonly AnswerColumn[]): readonly number[] => {
  const least = columns.map(leastWidth);
  if (fitsUncut(columns)) return least;
  const most = Math.max(...least);
  return least.map((width) => (fitsButOne(columns) && width < most ? width : 1));
};

/** The widest column gives way first, and none below its least width. */
const fitWidths = (wanted: readonly number[], least: readonly number[]): readonly number[] => {
  const widths = [...wanted];
  const room = roomFor(widths.length);
  while (sum(widths) > room) {
    const slack = widths.map((width, at) => (width > (least[at] ?? 1) ? width : 0));
    const at = slack.indexOf(Math.max(...slack));
    if (slack[at] === 0) break;
    widths[at] = (widths[at] ?? 1) - 1;
  }
  return widths;
};

/** As many whole parts of a name as fit, where that is half of the room at least: "duration" of "duration_ms". */
const cutAtPart = (name: string, width: number): string => {
  const kept = [...name].slice(0, width).join('');
  const rest = [...name].slice(width).join('');
  const parts = kept.replace(/[^\p{L}\p{N}]+[\p{L}\p{N}]*$/u, '');
  if (/^[^\p{L}\p{N}]/u.test(rest) || parts === kept || 2 * lengthOf(parts) < width) return kept.replace(/[_.]+$/u, '');
  return parts;
};

/** Of a column of times the zone stays, and the name is cut. */
const fitLabel = (label: string, width: number): string => {
  if (lengthOf(label) <= width) return label;
  const end = label.endsWith(` ${ZONE}`) ? ` ${ZONE}` : '';
  return `${cutAtPart(label, Math.max(0, width - end.length - 1))}›${end}`;
};

const fitCell = (cell: string, width: number, isRight: boolean): string => {
  if (lengthOf(cell) > width) return `${[...cell].slice(0, width - 1).join('')}›`;
  const space = ' '.repeat(width - lengthOf(cell));
  return isRight ? `${space}${cell}` : `${cell}${space}`;
};
