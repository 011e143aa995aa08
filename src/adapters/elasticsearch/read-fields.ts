import type { Client } from '@elastic/elasticsearch';
import type { FieldType } from '#esql/schema.ts';
import type { TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import { TELEMETRY_SCHEMA } from '#ports/telemetry-schema.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { durationFactor, storedName } from './field-names.ts';
import { type MappedFields, readFieldTypes, readMappedFields } from './mapped-fields.ts';
import { ownsIndices, readPattern } from './own-indices.ts';
import { familyOf, type StoredType, storedType } from './stored-types.ts';

/** Where a field of queries comes from. */
export type FieldSource =
  /** A field of documents, as it is. */
  | { readonly kind: 'field'; readonly name: string }
  /** Of documents, to be converted: to another type, from another unit, from other words. */
  | { readonly kind: 'converted'; readonly name: string; readonly conversion: Conversion }
  /** No document has it. */
  | { readonly kind: 'absent'; readonly type: FieldType };

export type Conversion =
  /** `isMixed`: what is stored cannot even be compared before. */
  | { readonly kind: 'cast'; readonly type: FieldType; readonly isMixed: boolean }
  | { readonly kind: 'divide'; readonly by: number }
  | { readonly kind: 'lower-case' }
  | { readonly kind: 'words'; readonly words: Readonly<Record<string, string>> };

export interface KindFields {
  /** By the name that queries use. */
  readonly sources: ReadonlyMap<string, FieldSource>;
  readonly types: ReadonlyMap<string, FieldType>;
}

export interface ReadFields extends KindFields {
  /** How the indices map the fields that Sentinel knows by name, by the name in documents. */
  readonly mapped: MappedFields;
}

/** Attributes of one index that queries can name. */
const MAX_ATTRIBUTE_NAMES = 500;
const ATTRIBUTE_PREFIX = 'attributes.';

const cast = (name: string, type: FieldType, { isMixed }: StoredType): FieldSource => ({
  kind: 'converted',
  name,
  conversion: { kind: 'cast', type, isMixed },
});

/** A field that Sentinel knows by name, and its type in queries. */
const knownSource = (
  options: ElasticsearchOptions,
  kind: TelemetryKind,
  field: string,
  type: FieldType,
  stored: StoredType | null,
  subField: string | null,
): readonly [FieldSource, FieldType] => {
  // A text is read from the documents, one by one; the keyword below it from the index.
  const name = (type === 'keyword' ? subField : null) ?? storedName(options.fields, kind, field);
  if (!stored) return [{ kind: 'absent', type }, type];
  if (field === 'duration_ms' && familyOf(stored.type) === 'number') {
    const by = durationFactor(options.fields);
    if (by !== 1) return [{ kind: 'converted', name, conversion: { kind: 'divide', by } }, 'double'];
  }
  if (familyOf(stored.type) !== familyOf(type)) return [cast(name, type, stored), type];
  const { statusWords } = options.fields;
  if (field === 'status' && statusWords.ok !== 'ok') {
    return [{ kind: 'converted', name, conversion: { kind: 'words', words: statusWords } }, 'keyword'];
  }
  // Sentinel writes levels in lower case; others may not.
  if (field === 'level' && !ownsIndices(options, kind)) {
    return [{ kind: 'converted', name, conversion: { kind: 'lower-case' } }, 'keyword'];
  }
  if (stored.isCast) return [cast(name, stored.type, stored), stored.type];
  return [{ kind: 'field', name }, subField === name ? 'keyword' : stored.type];
};

const readStoredTypes = async (client: Client, pattern: string): Promise<ReadonlyMap<string, StoredType>> => {
  const found = new Map<string, StoredType>();
  for (const [name, types] of await readFieldTypes(client, pattern)) {
    const stored = storedType(types);
    if (stored) found.set(name, stored);
  }
  return found;
};

/** The fields of one kind as the cluster has them now, by the names that queries use. */
export const readFields = async (
  client: Client,
  options: ElasticsearchOptions,
  kind: TelemetryKind,
): Promise<ReadFields> => {
  const pattern = readPattern(options, kind);
  const known = [...TELEMETRY_SCHEMA[kind].fields.keys()].map((field) => storedName(options.fields, kind, field));
  const mapped = await readMappedFields(client, pattern, known);
  const stored = await readStoredTypes(client, pattern);
  const sources = new Map<string, FieldSource>();
  const types = new Map<string, FieldType>();
  const taken = new Set<string>();
  for (const [field, type] of TELEMETRY_SCHEMA[kind].fields) {
    const name = storedName(options.fields, kind, field);
    const subField = mapped.fields.get(name)?.subField ?? null;
    const [source, sourceType] = knownSource(options, kind, field, type, stored.get(name) ?? null, subField);
    taken.add(name);
    sources.set(field, source);
    types.set(field, sourceType);
  }
  let attributes = 0;
  for (const [name, storedAs] of [...stored].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { type, isCast } = storedAs;
    if (taken.has(name) || attributes >= MAX_ATTRIBUTE_NAMES) continue;
    const field = name.startsWith(ATTRIBUTE_PREFIX) ? name : `${ATTRIBUTE_PREFIX}${name}`;
    if (sources.has(field)) continue;
    sources.set(field, isCast ? cast(name, type, storedAs) : { kind: 'field', name });
    types.set(field, type);
    attributes += 1;
  }
  return { sources, types, mapped };
};
