import type { FieldType } from '#esql/schema.ts';
import { parseIsoDate } from '#esql/values/iso-date.ts';

const TYPES: Readonly<Record<string, FieldType>> = {
  boolean: 'boolean', bool: 'boolean', integer: 'integer', int: 'integer', i: 'integer', short: 'integer', byte: 'integer',
  long: 'long', l: 'long', double: 'double', d: 'double', float: 'double', half_float: 'double', scaled_float: 'double',
  keyword: 'keyword', k: 'keyword', s: 'keyword', string: 'keyword', text: 'text', txt: 'text', match_only_text: 'text', constant_keyword: 'keyword', wildcard: 'keyword', semantic_text: 'text', date: 'date',
  datetime: 'date', timestamp: 'date', dt: 'date', date_nanos: 'date_nanos', dn: 'date_nanos', ip: 'ip', version: 'version', v: 'version',
  unsigned_long: 'unsigned_long', ul: 'unsigned_long', ulong: 'unsigned_long', null: 'null', n: 'null',
}; // prettier-ignore

/** An ISO 8601 date, or the forms near it that people write, in UTC; undefined if it is none. */
export const readDate = (text: string): number | undefined => {
  const ms = parseIsoDate(text) ?? Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
};

/** The type that a header names; undefined if the language does not have it. */
export const specType = (name: string): FieldType | undefined => TYPES[name.trim().toLowerCase()];

export interface HeaderField {
  readonly name: string;
  readonly typeName: string;
  readonly type: FieldType | undefined;
}

/** `name:type`; a cast in the name is no separator, and without a type it is a keyword. */
export const readHeaderField = (text: string): HeaderField => {
  const at = text.lastIndexOf(':');
  const isSplit = at > 0 && text[at - 1] !== ':';
  const [name, typeName] = isSplit ? [text.slice(0, at).trim(), text.slice(at + 1).trim()] : [text.trim(), 'keyword'];
  return { name, typeName, type: specType(typeName) };
};

/** The members of `a, b`, a comma within one escaped by a backslash. */
export const splitValues = (text: string): readonly string[] =>
  text.split(/(?<!\\),/).map((value) => value.trim().replaceAll(String.raw`\,`, ','));
