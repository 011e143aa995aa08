import { CsvError, type InfoRecord, parse } from 'csv-parse/sync';
import type { ConfiguredLookup } from '#adapters/duckdb/lookup-tables.ts';
import type { FieldType } from '#esql/schema.ts';
import { MAX_LOOKUP_COLUMNS, MAX_LOOKUP_ROWS } from '#ports/telemetry-rules/check-lookup.ts';
import type { ConfigProblem } from '../../config/problem.ts';
import { showValue } from '../../config/show-value.ts';
import { readHeaderField } from './header-field.ts';
import { cellReader } from './read-cell.ts';

export type ParseOutcome =
  | { readonly kind: 'ok'; readonly table: ConfiguredLookup }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

type Type = Exclude<FieldType, 'null'>;

interface Column {
  readonly name: string;
  readonly type: Type;
}

interface Line {
  /** That the row begins in; a quoted cell may go on in others. */
  readonly number: number;
  readonly cells: readonly string[];
}

const FIELD_NAME = /^[A-Za-z_@][\w.@-]{0,199}$/;
const MOST_PROBLEMS = 10;

const TYPES = 'one of boolean, integer, long, unsigned_long, double, keyword, text, date, date_nanos, ip or version';

const QUOTES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'more behind a closing quote',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'more behind a closing quote',
  INVALID_OPENING_QUOTE: 'a quote within a cell',
};

const invalid = (...problems: readonly ConfigProblem[]): ParseOutcome => ({ kind: 'invalid', problems });

const readLines = (text: string): readonly Line[] => {
  // Within quotes the parser counts such a break twice.
  const oneBreak = text.replaceAll('\r\n', '\n');
  // With `info` its types tell other than it returns.
  const found = parse(oneBreak, {
    info: true,
    record_delimiter: ['\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    // The header, and one more row than there may be.
    to: MAX_LOOKUP_ROWS + 2,
    trim: true,
  }) as unknown as readonly { readonly record: readonly string[]; readonly info: InfoRecord }[];
  return found.map(({ record, info }) => {
    const breaks = record.join('').split('\n').length - 1;
    return { number: info.lines - breaks, cells: record };
  });
};

const checkHeader = (key: string, cells: readonly string[]): readonly ConfigProblem[] => {
  if (cells.length > MAX_LOOKUP_COLUMNS)
    return [{ key, found: `${cells.length} columns`, expected: `at most ${MAX_LOOKUP_COLUMNS}` }];
  const names = cells.map((cell) => readHeaderField(cell).name.toLowerCase());
  return cells.flatMap((cell, at) => {
    const { name, type } = readHeaderField(cell);
    const refuse = (expected: string) => [{ key: `${key}, column ${at + 1}`, found: showValue(cell), expected }];
    if (!FIELD_NAME.test(name)) return refuse('the name of a field, such as service.name or service.name:keyword');
    if (type === undefined || type === 'null') return refuse(`${name}:type, the type ${TYPES}`);
    // DuckDB takes names that differ in case for one.
    if (names.indexOf(name.toLowerCase()) < at) return refuse('each name once, in whatever case');
    return [];
  });
};

/** The cells as the store reads them; what is refused is added to the problems. */
const readRow = (
  file: string,
  columns: readonly Column[],
  { number, cells }: Line,
  problems: ConfigProblem[],
): readonly (string | null)[] => {
  const key = `${file}:${number}`;
  if (cells.length !== columns.length) {
    const found = cells.length === 1 ? '1 value' : `${cells.length} values`;
    problems.push({ key, found, expected: `${columns.length}, as many as the header has` });
    return [];
  }
  return columns.map(({ name, type }, at) => {
    const cell = cells[at] ?? '';
    if (cell === '') return null;
    const { expected, read } = cellReader(type);
    const value = read(cell);
    if (value === undefined) problems.push({ key: `${key}, ${name}`, found: showValue(cell), expected });
    return value ?? null;
  });
};

/**
 * A CSV (RFC 4180) as a lookup table: a header of `field:type` in Elastic's style, then rows. An empty cell is null,
 * blanks around a cell are none of it unless quoted. Problems name file, line and column.
 */
export const parseLookup = (name: string, file: string, text: string): ParseOutcome => {
  let lines: readonly Line[];
  try {
    lines = readLines(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const found = QUOTES[error.code] ?? 'what is no CSV';
    const expected = 'quotes around a whole cell, and those within it doubled';
    return invalid({ key: `${file}:${String(error['lines'])}`, found, expected });
  }
  const [header, ...body] = lines;
  if (!header) return invalid({ key: file, found: 'no line', expected: 'a header such as service.name,team' });
  const refused = checkHeader(`${file}:${header.number}`, header.cells);
  if (refused.length > 0) return invalid(...refused);
  if (body.length > MAX_LOOKUP_ROWS)
    return invalid({ key: file, found: `over ${MAX_LOOKUP_ROWS} rows`, expected: 'at most so many' });
  const columns = header.cells.map(readHeaderField).map((field) => ({ name: field.name, type: field.type as Type }));
  const problems: ConfigProblem[] = [];
  const rows: (readonly (string | null)[])[] = [];
  for (const line of body) {
    rows.push(readRow(file, columns, line, problems));
    if (problems.length < MOST_PROBLEMS) continue;
    return invalid(...problems, { key: file, found: 'so many problems', expected: 'fewer; the rest was not read' });
  }
  return problems.length > 0 ? invalid(...problems) : { kind: 'ok', table: { name, columns, rows } };
};
