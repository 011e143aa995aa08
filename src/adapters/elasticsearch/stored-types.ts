import type { FieldType } from '#esql/schema.ts';

const TYPES: Readonly<Record<string, FieldType>> = {
  boolean: 'boolean',
  byte: 'integer',
  short: 'integer',
  integer: 'integer',
  long: 'long',
  half_float: 'double',
  float: 'double',
  double: 'double',
  scaled_float: 'double',
  keyword: 'keyword',
  constant_keyword: 'keyword',
  wildcard: 'keyword',
  text: 'text',
  match_only_text: 'text',
  date: 'date',
  ip: 'ip',
};

// These have a type of their own in ES|QL and become ours by a cast.
const CAST: Readonly<Record<string, FieldType>> = { date_nanos: 'date', version: 'keyword', unsigned_long: 'double' };

const UNCAST: Readonly<Record<string, FieldType>> = {
  ...TYPES,
  date_nanos: 'date_nanos',
  version: 'version',
  unsigned_long: 'unsigned_long',
};

/** What a field of documents is where nothing is cast, as in a lookup index; null if ES|QL cannot read it. */
export const uncastType = (mapped: string): FieldType | null => UNCAST[mapped] ?? null;

/** What a field of documents is in queries. */
export interface StoredType {
  readonly type: FieldType;
  readonly isCast: boolean;
  /** Indices map it to kinds of values that ES|QL compares only once they are converted. */
  readonly isMixed: boolean;
}

const FAMILY: Partial<Readonly<Record<FieldType, string>>> = {
  integer: 'number',
  long: 'number',
  double: 'number',
  keyword: 'string',
  text: 'string',
};

export const familyOf = (type: FieldType): string => FAMILY[type] ?? type;

export const isText = (mapped: string): boolean => TYPES[mapped] === 'text';

/** A string that is indexed whole, so that it can be compared and grouped by without reading documents. */
export const isKeyword = (mapped: string): boolean => TYPES[mapped] === 'keyword';

/** One type for a field that several indices may map in several ways; null if ES|QL cannot read it. */
export const storedType = (types: readonly string[]): StoredType | null => {
  const known = types.map((type) => TYPES[type] ?? CAST[type]);
  const [first] = known;
  if (first === undefined || known.includes(undefined)) return null;
  if (types.length === 1) return { type: first, isCast: TYPES[types[0] ?? ''] === undefined, isMixed: false };
  const families = new Set(known.map((type) => familyOf(type ?? 'null')));
  if (families.size > 1) return { type: 'keyword', isCast: true, isMixed: true };
  const isSame = known.every((type) => type === first) && types.every((type) => TYPES[type] !== undefined);
  if (isSame) return { type: first, isCast: false, isMixed: false };
  const isMixed = familyOf(first) !== 'date';
  if (familyOf(first) === 'number') return { type: 'double', isCast: true, isMixed };
  return { type: familyOf(first) === 'string' ? 'keyword' : first, isCast: true, isMixed };
};
