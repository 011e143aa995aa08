import type { NamedLookup } from './named-lookups.ts';

/** What is behind one name of `elasticsearch.lookups`. */
export interface LookupReport {
  readonly name: string;
  /** In a phrase. */
  readonly found: string;
  /** What queries lose by it; null: nothing. */
  readonly loss: string | null;
}

const NAMED_FIELDS = 8;

const nameSome = (fields: readonly (readonly [string, string])[]): string => {
  if (fields.length === 0) return 'no field that ES|QL reads';
  const named = fields.slice(0, NAMED_FIELDS).map(([field, type]) => `${field} (${type})`);
  const rest = fields.length - named.length;
  return rest > 0 ? `${named.join(', ')} and ${rest} more` : named.join(', ');
};

const describe = (name: string, lookup: NamedLookup): string => {
  switch (lookup.kind) {
    case 'joinable':
      return `${lookup.index === name ? '' : `${lookup.index}: `}${nameSome([...lookup.schema.fields])}`;
    case 'missing':
      return 'there is no such index or alias';
    case 'unreadable':
      return 'the credentials may not read it: they need read and view_index_metadata, of an alias also for its index';
    case 'closed':
      return 'it is closed';
    case 'several':
      return `${lookup.indices} indices, where LOOKUP JOIN takes one`;
    case 'filtered':
      return 'an alias with a filter, which LOOKUP JOIN would not keep to: name the index, or an alias without one';
    case 'other-mode':
      return `index.mode is ${lookup.mode}, where LOOKUP JOIN takes lookup`;
  }
};

const isLost = (lookup: NamedLookup): boolean => lookup.kind !== 'joinable' || lookup.schema.fields.size === 0;

/** What each name stands for, and what queries cannot join. */
export const reportLookups = (lookups: ReadonlyMap<string, NamedLookup>): readonly LookupReport[] =>
  [...lookups].map(([name, lookup]) => ({
    name,
    found: describe(name, lookup),
    loss: isLost(lookup) ? `no LOOKUP JOIN ${name}` : null,
  }));
