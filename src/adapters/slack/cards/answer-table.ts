import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';
import { CODE_COLUMNS } from './query-text.ts';
import { escapeMrkdwn, lengthOf, toOneLine } from './text.ts';

const COLUMNS = 3;
export const TABLE_ROWS = 10;
const GAP = 2;
const LEAST_WIDTH = 6;

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'long', 'double']);

interface Column {
  readonly name: string;
  readonly isNumber: boolean;
  readonly index: number;
}

/** Columns that fit a phone: numbers first and to the right; what is too wide is cut with `›`. */
export const answerTable = (
  answer: QueryAnswer,
): { readonly lines: readonly string[]; readonly hiddenColumns: number } => {
  const columns = chooseColumns(answer);
  const cells = [
    columns.map((column) => column.name),
    ...answer.rows.slice(0, TABLE_ROWS).map((row) => columns.map(({ index }) => cellText(row[index] ?? null))),
  ];
  const widths = fitWidths(columns.map((_, column) => Math.max(...cells.map((row) => lengthOf(row[column] ?? '')))));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        pad(cut(cell, widths[column] ?? LEAST_WIDTH), widths[column] ?? 0, columns[column]?.isNumber === true),
      )
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
  return { lines: lines.map(escapeMrkdwn), hiddenColumns: answer.columns.length - columns.length };
};

const chooseColumns = (answer: QueryAnswer): readonly Column[] => {
  const all = answer.columns.map(({ name, type }, index) => ({
    name: toOneLine(name),
    isNumber: NUMERIC.has(type),
    index,
  }));
  const chosen = all.slice(0, COLUMNS);
  return [...chosen.filter((column) => column.isNumber), ...chosen.filter((column) => !column.isNumber)];
};

const cellText = (value: QueryValue): string => {
  if (value === null) return '–';
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return toOneLine(shortDate(value));
  if (typeof value === 'boolean') return String(value);
  return toOneLine(`[${value.join(', ')}]`);
};

const numberText = (value: number): string =>
  Number.isInteger(value)
    ? value.toLocaleString('en-US')
    : Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 4 });

// A date with its year and zone would take most of a phone's line; the range below says the day.
const shortDate = (value: string): string => {
  const match = /^\d{4}-(\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})\.\d{3}Z$/u.exec(value);
  return match === null ? value : `${match[1]} ${match[2]}`;
};

/** The widest column gives way first. */
const fitWidths = (wanted: readonly number[]): readonly number[] => {
  const widths = [...wanted];
  const room = CODE_COLUMNS - GAP * (widths.length - 1);
  while (widths.reduce((sum, width) => sum + width, 0) > room) {
    const widest = Math.max(...widths);
    const next = Math.max(...widths.filter((width) => width < widest), LEAST_WIDTH);
    const excess = widths.reduce((sum, width) => sum + width, 0) - room;
    const index = widths.indexOf(widest);
    const reduced = Math.max(next < widest ? Math.max(next, widest - excess) : widest - 1, 1);
    widths[index] = reduced;
  }
  return widths;
};

const cut = (cell: string, width: number): string =>
  lengthOf(cell) <= width ? cell : `${[...cell].slice(0, width - 1).join('')}›`;

const pad = (cell: string, width: number, isRight: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - lengthOf(cell)));
  return isRight ? `${space}${cell}` : `${cell}${space}`;
};
