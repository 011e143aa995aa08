import type { QueryAnswer, QueryValue } from '#ports/telemetry-store.ts';

export interface Csv {
  readonly text: string;
  /** Fewer than the answer has where the file would have become too large. */
  readonly rows: number;
}

const BYTES_LIMIT = 10_000_000;
// OWASP, "CSV Injection": a spreadsheet runs what begins so.
const FORMULA = /^[=+\-@\t\r\n]/u;

/**
 * The rows as a file, after RFC 4180. Text that a spreadsheet would take for a formula has an apostrophe before
 * it; numbers stay numbers.
 */
export const writeCsv = ({ columns, rows }: Pick<QueryAnswer, 'columns' | 'rows'>): Csv => {
  const lines = [columns.map(({ name }) => textCell(name)).join(',')];
  let bytes = Buffer.byteLength(lines[0] ?? '');
  for (const row of rows) {
    const line = row.map(cellOf).join(',');
    bytes += Buffer.byteLength(line) + 2;
    if (bytes > BYTES_LIMIT) break;
    lines.push(line);
  }
  return { text: `${lines.join('\r\n')}\r\n`, rows: lines.length - 1 };
};

const cellOf = (value: QueryValue): string => {
  if (value === null) return '';
  if (typeof value === 'string') return textCell(value);
  return typeof value === 'object' ? textCell(value.join('; ')) : String(value);
};

const textCell = (text: string): string => {
  const plain = text.replaceAll('\0', '').toWellFormed();
  // A mark that is skipped, or space, hides what begins behind it.
  const safe = FORMULA.test(plain.replace(/^[\s\u200b-\u200f\u2060\ufeff]+(?=[=+\-@])/u, '')) ? `'${plain}` : plain;
  return /[",\r\n]/u.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};
