import type { FieldType } from '#esql/schema.ts';

const TYPES: Readonly<Record<string, FieldType>> = {
  boolean: 'boolean', bool: 'boolean', integer: 'integer', int: 'integer', i: 'integer', short: 'integer', byte: 'integer',
  long: 'long', l: 'long', double: 'double', d: 'double', float: 'double', half_float: 'double', scaled_float: 'double',
  keyword: 'keyword', k: 'keyword', s: 'keyword', string: 'keyword', text: 'text', txt: 'text', match_only_text: 'text', constant_keyword: 'keyword', wildcard: 'keyword', semantic_text: 'text', date: 'date',
  datetime: 'date', timestamp: 'date', dt: 'date', date_nanos: 'date_nanos', dn: 'date_nanos', ip: 'ip', version: 'version', v: 'version',
  unsigned_long: 'unsigned_long', ul: 'unsigned_long', ulong: 'unsigned_long', null: 'null', n: 'null',
}; // prettier-ignore

/** The type that a header names; undefined if the language does not have it. */
export const headerType = (name: string): FieldType | undefined => {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(TYPES, key) ? TYPES[key] : undefined;
};

export interface HeaderField {
  readonly name: string;
  readonly typeName: string;
  readonly type: FieldType | undefined;
}

/** `name:type`, as Elastic's own test data has it; a cast in the name is no separator, and without a type it is a keyword. */
export const readHeaderField = (text: string): HeaderField => {
  const at = text.lastIndexOf(':');
  const isSplit = at > 0 && text[at - 1] !== ':';
  const [name, typeName] = isSplit ? [text.slice(0, at).trim(), text.slice(at + 1).trim()] : [text.trim(), 'keyword'];
  return { name, typeName, type: headerType(typeName) };
};
