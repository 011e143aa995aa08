import type { Client, estypes } from '@elastic/elasticsearch';
import { isKeyword, isText } from './stored-types.ts';

/** How the indices of a source map one field of documents. */
export interface MappedField {
  /** By type, the indices that map the field so; null: all that map it. */
  readonly types: ReadonlyMap<string, readonly string[] | null>;
  /** Indices without the field. */
  readonly unmappedIn: readonly string[];
  /** A keyword that each index has below a text, such as `service.name.keyword`; null: there is none. */
  readonly subField: string | null;
}

export interface MappedFields {
  readonly indices: readonly string[];
  /** Of those that were asked for; one that no index maps is not among them. */
  readonly fields: ReadonlyMap<string, MappedField>;
}

const UNMAPPED = 'unmapped';
// What dynamic mappings and the most common templates call it.
const USUAL_SUB_FIELDS = ['keyword', 'raw'];

type Capabilities = estypes.FieldCapsResponse['fields'][string];

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  typeof value === 'string' ? [value] : (value ?? []);

// Control characters and these cannot be written as a field of a query.
const UNNAMEABLE = /[\p{Cc}`"\\*]/u;

const typesOf = (capabilities: Capabilities): readonly string[] =>
  Object.keys(capabilities).filter((type) => type !== UNMAPPED);

const unmappedIn = (capabilities: Capabilities | undefined): readonly string[] =>
  listOf(capabilities?.[UNMAPPED]?.indices);

/** Where a text is a text everywhere, a keyword below it stands in for it if it is below it everywhere. */
const findSubField = (name: string, fields: estypes.FieldCapsResponse['fields']): string | null => {
  const own = fields[name];
  if (!own || !typesOf(own).every(isText)) return null;
  const without = new Set(unmappedIn(own));
  const candidates = Object.keys(fields).filter((candidate) => {
    const below = fields[candidate];
    return (
      candidate.startsWith(`${name}.`) &&
      below !== undefined &&
      typesOf(below).every(isKeyword) &&
      unmappedIn(below).every((index) => without.has(index))
    );
  });
  const usual = USUAL_SUB_FIELDS.map((sub) => `${name}.${sub}`).find((sub) => candidates.includes(sub));
  return usual ?? candidates.toSorted()[0] ?? null;
};

/** How the indices map these fields, index by index. Throws what the client throws. */
export const readMappedFields = async (
  client: Client,
  pattern: string,
  names: readonly string[],
): Promise<MappedFields> => {
  const { indices, fields } = await client.fieldCaps({
    index: pattern,
    fields: names.flatMap((name) => [name, `${name}.*`]),
    filters: '-metadata',
    include_unmapped: true,
    ignore_unavailable: true,
    allow_no_indices: true,
  });
  const mapped = names.flatMap((name): [string, MappedField][] => {
    const capabilities = fields[name];
    if (!capabilities || typesOf(capabilities).length === 0) return [];
    const types = typesOf(capabilities).map((type) => {
      const where = listOf(capabilities[type]?.indices);
      return [type, where.length === 0 ? null : where] as const;
    });
    const subField = findSubField(name, fields);
    return [[name, { types: new Map(types), unmappedIn: unmappedIn(capabilities), subField }]];
  });
  return { indices: listOf(indices), fields: new Map(mapped) };
};

/** By field that queries can name, the types that indices map it to. Sub-fields, and what is nested, ES|QL does not list. */
export const readFieldTypes = async (
  client: Client,
  pattern: string,
): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { fields } = await client.fieldCaps({
    index: pattern,
    fields: '*',
    filters: '-metadata,-parent,-multifield,-nested',
    ignore_unavailable: true,
    allow_no_indices: true,
  });
  const nameable = Object.entries(fields).filter(([name]) => !UNNAMEABLE.test(name));
  return new Map(nameable.map(([name, capabilities]) => [name, typesOf(capabilities)]));
};
