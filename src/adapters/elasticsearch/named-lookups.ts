import { type Client, errors } from '@elastic/elasticsearch';
import type { IndexSchema } from '#esql/schema.ts';
import { isIndexClosed } from './elasticsearch-fault.ts';
import { readLookupSchema } from './read-lookup-schema.ts';

/** What is behind a name of `elasticsearch.lookups`; of all but the first nothing can be joined. */
export type NamedLookup =
  | { readonly kind: 'joinable'; readonly index: string; readonly schema: IndexSchema }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'several'; readonly indices: number }
  /** Its rows are those of the whole index, which the alias hides in part. */
  | { readonly kind: 'filtered' }
  | { readonly kind: 'other-mode'; readonly mode: string };

// An index that says nothing of a mode.
const USUAL_MODE = 'standard';

/** Null: it says nothing of this name alone. */
const refusalOf = (error: unknown): NamedLookup | null => {
  if (!(error instanceof errors.ResponseError)) return null;
  if (isIndexClosed(error)) return { kind: 'closed' };
  if (error.statusCode === 404) return { kind: 'missing' };
  return error.statusCode === 403 ? { kind: 'unreadable' } : null;
};

const read = async (client: Client, name: string): Promise<NamedLookup> => {
  const found = Object.entries(await client.indices.get({ index: name, features: ['aliases', 'settings'] }));
  const [first] = found;
  if (first === undefined) return { kind: 'missing' };
  if (found.length > 1) return { kind: 'several', indices: found.length };
  const [index, { aliases, settings }] = first;
  const mode = settings?.index?.mode ?? USUAL_MODE;
  if (mode !== 'lookup') return { kind: 'other-mode', mode };
  if (aliases?.[name]?.filter !== undefined) return { kind: 'filtered' };
  // Whoever may see what an index is may not see what is in it.
  await client.search({ index, size: 0, track_total_hits: false });
  return { kind: 'joinable', index, schema: await readLookupSchema(client, index) };
};

/** Looks up each name. Throws what the client throws of faults that are none of a name's. */
export const readNamedLookups = async (
  client: Client,
  names: readonly string[],
): Promise<ReadonlyMap<string, NamedLookup>> => {
  const lookups = new Map<string, NamedLookup>();
  for (const name of names) {
    try {
      lookups.set(name, await read(client, name));
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === null) throw error;
      lookups.set(name, refusal);
    }
  }
  return lookups;
};
