import { type HeaderField, headerType, readHeaderField } from '#app/lookups/header-field.ts';
import type { Table } from '#app/open-tables.ts';
import type { FieldType } from '#esql/schema.ts';
import { readDate, splitValues } from './spec-types.ts';

/** A table of a suite, and its columns of types that the language does not have. */
export interface SpecTable {
  readonly table: Table;
  readonly leftOut: readonly string[];
}

type Cell = string | readonly string[] | null;

const QUOTED = /\s*"((?:[^"]|"")*)"\s*(?:,|$)/y;
const BRACKETED = /\s*(\[(?:\\.|[^\]\\])*\])\s*(?:,|$)/y;
const PLAIN = /((?:\\,|[^,])*)(?:,|$)/y;

/** The cells of a line; quoted ones are marked by their quotes, lists by their brackets. */
const splitLine = (line: string): readonly string[] => {
  const cells: string[] = [];
  for (let at = 0; at <= line.length;) {
    let found: RegExpExecArray | null = null;
    for (const pattern of [QUOTED, BRACKETED, PLAIN]) {
      pattern.lastIndex = at;
      found = pattern.exec(line);
      if (!found) continue;
      cells.push(pattern === QUOTED ? `"${(found[1] ?? '').replaceAll('""', '"')}"` : (found[1] ?? '').trim());
      break;
    }
    if (!found) break;
    at += found[0].length;
    if (!found[0].endsWith(',')) break;
  }
  return cells;
};

/** Narrower numbers of Elasticsearch, as they are when they are read back. */
const NARROWED: Readonly<Record<string, (value: number) => number>> = {
  float: Math.fround,
  half_float: (value) => Math.f16round(value),
  scaled_float: (value) => Math.round(value * 100) / 100,
};

const isoOfNanos = (nanos: bigint): string =>
  `${new Date(Number(nanos / 1_000_000_000n) * 1_000).toISOString().slice(0, 20)}${String(nanos % 1_000_000_000n).padStart(9, '0')}Z`;

const readValue = (text: string, { type, typeName }: HeaderField): string => {
  const narrow = NARROWED[typeName.toLowerCase()];
  if (narrow) return String(narrow(Number(text)));
  if (type === 'date_nanos' && /^\d{5,}$/.test(text)) return isoOfNanos(BigInt(text));
  if (type !== 'date') return text;
  const ms = /^-?\d+$/.test(text) && text.length > 4 ? Number(text) : readDate(text);
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
};

const inOrder =
  (type: FieldType | undefined) =>
  (a: string, b: string): number => {
    if (type === 'integer' || type === 'double') return Number(a) - Number(b);
    if (type === 'long' || type === 'unsigned_long') return BigInt(a) < BigInt(b) ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  };

/** Values in quotes without them, their commas escaped. */
const withoutQuotes = (list: string): string =>
  list.replaceAll(
    /(^|,)\s*"((?:[^"]|"")*)"\s*(?=,|$)/g,
    (_, before: string, inner: string) => `${before}${inner.replaceAll('""', '"').replaceAll(',', String.raw`\,`)}`,
  );

/** Sorted as Elasticsearch returns them, strings without duplicates. */
const readList = (text: string, field: HeaderField): Cell => {
  const values = splitValues(withoutQuotes(text.slice(1, -1))).filter((value) => value !== '');
  const read = values.map((value) => readValue(value, field));
  const kept = field.type === 'keyword' || field.type === 'ip' ? [...new Set(read)] : read;
  const sorted = field.type === 'text' ? kept : kept.toSorted(inOrder(field.type));
  return sorted.length === 0 ? null : sorted;
};

const readCell = (text: string, field: HeaderField): Cell => {
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    const inner = text.slice(1, -1);
    return /^\[.*\]$/s.test(inner) && field.type !== 'text' ? readList(inner, field) : readValue(inner, field);
  }
  if (text === '' || text === 'null') return null;
  if (text.startsWith('[') && text.endsWith(']')) return readList(text, field);
  return readValue(text.replaceAll(String.raw`\,`, ','), field);
};

/** Instead of a header's type: another, or null where the index has no such field; undefined leaves it. */
export type TypeOf = (field: string) => string | null | undefined;

const retyped = (field: HeaderField, typeOf: TypeOf): readonly HeaderField[] => {
  const typeName = typeOf(field.name);
  if (typeName === null) return [];
  return [typeName === undefined ? field : { ...field, typeName, type: headerType(typeName) }];
};

/** Reads `NAME.csv`: a typed header, then rows. Empty is null, `[a, b]` several values. */
export const readTable = (name: string, text: string, typeOf: TypeOf = () => undefined): SpecTable => {
  const lines = text
    .replaceAll(/\0|^\u{FEFF}/gu, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim());
  const [header = '', ...rows] = lines.filter((line) => line !== '' && !line.startsWith('//') && !line.startsWith('#'));
  const fields = splitLine(header).flatMap((cell, at) =>
    retyped(readHeaderField(cell.replace(/^"(.*)"$/, '$1')), typeOf).map((field) => ({ ...field, at })),
  );
  const kept = fields.flatMap((field) => (field.type && field.name !== '' ? [{ ...field, type: field.type }] : []));
  const cells = rows.map((row) => {
    const split = splitLine(row);
    return kept.map((field) => readCell(split[field.at] ?? '', field));
  });
  const columns = kept.map(({ name: column, type }, at) => ({
    name: column,
    type,
    isMulti: cells.some((row) => Array.isArray(row[at]) && (row[at] as readonly string[]).length > 1),
  }));
  const single = cells.map((row) =>
    row.map((cell, at) =>
      Array.isArray(cell) && columns[at]?.isMulti === false ? ((cell as string[])[0] ?? null) : cell,
    ),
  );
  return {
    table: { name, columns, rows: single },
    leftOut: fields.flatMap((field) => (field.type ? [] : [field.name])),
  };
};
