import type { Client, estypes } from '@elastic/elasticsearch';
import type { FieldType } from '#esql/schema.ts';
import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { durationFactor, storedName } from './field-names.ts';
import { ownsIndices, readPattern } from './own-indices.ts';

/** Where a field of queries comes from. */
export type FieldSource =
  /** A field of documents, as it is. */
  | { readonly kind: 'field'; readonly name: string }
  /** Of documents, to be converted: to another type, from another unit, from other words. */
  | { readonly kind: 'converted'; readonly name: string; readonly conversion: Conversion }
  /** No document has it. */
  | { readonly kind: 'absent'; readonly type: FieldType };

export type Conversion =
  | { readonly kind: 'cast'; readonly type: FieldType }
  | { readonly kind: 'divide'; readonly by: number }
  | { readonly kind: 'lower-case' }
  | { readonly kind: 'words'; readonly words: Readonly<Record<string, string>> };

export interface KindFields {
  /** By the name that queries use. */
  readonly sources: ReadonlyMap<string, FieldSource>;
  readonly types: ReadonlyMap<string, FieldType>;
}

/** Attributes of one index that queries can name. */
const MAX_ATTRIBUTE_NAMES = 500;
const ATTRIBUTE_PREFIX = 'attributes.';
// Control characters and these cannot be written as a field of a query.
const UNNAMEABLE = /[\p{Cc}`"\\*]/u;

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

interface StoredType {
  readonly type: FieldType;
  readonly isCast: boolean;
}

const FAMILY: Partial<Readonly<Record<FieldType, string>>> = {
  integer: 'number',
  long: 'number',
  double: 'number',
  keyword: 'string',
  text: 'string',
};
const familyOf = (type: FieldType): string => FAMILY[type] ?? type;

/** One type for a field that several indices may map in several ways; null if ES|QL cannot read it. */
const storedType = (types: readonly string[]): StoredType | null => {
  const known = types.map((type) => TYPES[type] ?? CAST[type]);
  const [first] = known;
  if (first === undefined || known.includes(undefined)) return null;
  if (types.length === 1) return { type: first, isCast: TYPES[types[0] ?? ''] === undefined };
  const families = new Set(known.map((type) => familyOf(type ?? 'null')));
  if (families.size > 1) return { type: 'keyword', isCast: true };
  const isSame = known.every((type) => type === first) && types.every((type) => TYPES[type] !== undefined);
  if (isSame) return { type: first, isCast: false };
  return {
    type: familyOf(first) === 'number' ? 'double' : familyOf(first) === 'string' ? 'keyword' : first,
    isCast: true,
  };
};

const cast = (name: string, type: FieldType): FieldSource => ({
  kind: 'converted',
  name,
  conversion: { kind: 'cast', type },
});

/** A field that Sentinel knows by name, and its type in queries. */
const knownSource = (
  options: ElasticsearchOptions,
  kind: TelemetryKind,
  field: string,
  type: FieldType,
  stored: StoredType | null,
): readonly [FieldSource, FieldType] => {
  const name = storedName(options.fields, kind, field);
  if (!stored) return [{ kind: 'absent', type }, type];
  if (field === 'duration_ms' && familyOf(stored.type) === 'number') {
    const by = durationFactor(options.fields);
    if (by !== 1) return [{ kind: 'converted', name, conversion: { kind: 'divide', by } }, 'double'];
  }
  if (familyOf(stored.type) !== familyOf(type)) return [cast(name, type), type];
  const { statusWords } = options.fields;
  if (field === 'status' && statusWords.ok !== 'ok') {
    return [{ kind: 'converted', name, conversion: { kind: 'words', words: statusWords } }, 'keyword'];
  }
  // Sentinel writes levels in lower case; others may not.
  if (field === 'level' && !ownsIndices(options, kind)) {
    return [{ kind: 'converted', name, conversion: { kind: 'lower-case' } }, 'keyword'];
  }
  if (stored.isCast) return [cast(name, stored.type), stored.type];
  return [{ kind: 'field', name }, stored.type];
};

const typesOf = (capabilities: estypes.FieldCapsResponse): ReadonlyMap<string, StoredType> => {
  const found = new Map<string, StoredType>();
  for (const [name, byType] of Object.entries(capabilities.fields)) {
    const stored = storedType(Object.keys(byType).filter((type) => type !== 'unmapped'));
    if (stored) found.set(name, stored);
  }
  return found;
};

/** The fields of one kind as the cluster has them now, by the names that queries use. */
export const readFields = async (
  client: Client,
  options: ElasticsearchOptions,
  kind: TelemetryKind,
): Promise<KindFields> => {
  const stored = typesOf(
    await client.fieldCaps({
      index: readPattern(options, kind),
      fields: '*',
      filters: '-metadata,-parent,-multifield',
      ignore_unavailable: true,
      allow_no_indices: true,
    }),
  );
  const sources = new Map<string, FieldSource>();
  const types = new Map<string, FieldType>();
  const taken = new Set<string>();
  for (const [field, type] of TELEMETRY_SCHEMA[kind].fields) {
    const name = storedName(options.fields, kind, field);
    const [source, sourceType] = knownSource(options, kind, field, type, stored.get(name) ?? null);
    taken.add(name);
    sources.set(field, source);
    types.set(field, sourceType);
  }
  let attributes = 0;
  for (const [name, { type, isCast }] of [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (taken.has(name) || UNNAMEABLE.test(name) || attributes >= MAX_ATTRIBUTE_NAMES) continue;
    const field = name.startsWith(ATTRIBUTE_PREFIX) ? name : `${ATTRIBUTE_PREFIX}${name}`;
    if (sources.has(field)) continue;
    sources.set(field, isCast ? cast(name, type) : { kind: 'field', name });
    types.set(field, type);
    attributes += 1;
  }
  return { sources, types };
};
