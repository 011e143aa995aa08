import type { Client } from '@elastic/elasticsearch';
import type { IndexSchema, Schema } from '#esql/schema.ts';
import { invariant } from '#kernel/invariant.ts';
import { TELEMETRY_KINDS, type TelemetryKind } from '#ports/telemetry-rules/telemetry-tables.ts';
import type { ElasticsearchOptions } from './elasticsearch-options.ts';
import { readLookupSchemas } from './lookup-indices.ts';
import { type NamedLookup, readNamedLookups } from './named-lookups.ts';
import { type ReadFields, readFields } from './read-fields.ts';

/** What the cluster's indices hold, as it was last read. */
export interface ClusterFields {
  schema(): Schema;
  of(kind: TelemetryKind): ReadFields;
  /** What is behind each name of `elasticsearch.lookups`. */
  namedLookups(): ReadonlyMap<string, NamedLookup>;
  /** Reads everything again. */
  refresh(): Promise<void>;
  /** Reads one kind again if one of these attributes is no field yet. */
  learn(kind: TelemetryKind, attributes: ReadonlySet<string>): Promise<void>;
  setLookup(table: string, schema: IndexSchema): void;
}

export const openClusterFields = async (client: Client, options: ElasticsearchOptions): Promise<ClusterFields> => {
  const kinds = new Map<TelemetryKind, ReadFields>();
  let lookups = new Map<string, IndexSchema>();
  let named: ReadonlyMap<string, NamedLookup> = new Map();
  let schema: Schema = new Map();

  const rebuild = (): void => {
    const indices = [...kinds].map(([kind, { types }]) => [kind, { fields: types, isLookup: false }] as const);
    const joinable = [...named].flatMap(([name, lookup]) =>
      lookup.kind === 'joinable' ? [[name, lookup.schema] as const] : [],
    );
    // Kinds last: no lookup table may hide one, whatever its alias is called.
    schema = new Map<string, IndexSchema>([...lookups, ...joinable, ...indices]);
  };
  const readKind = async (kind: TelemetryKind): Promise<void> => {
    kinds.set(kind, await readFields(client, options, kind));
  };
  const of = (kind: TelemetryKind): ReadFields => {
    const fields = kinds.get(kind);
    invariant(fields, 'fields are read before they are asked for');
    return fields;
  };
  const refresh = async (): Promise<void> => {
    for (const kind of TELEMETRY_KINDS) await readKind(kind);
    lookups = new Map(await readLookupSchemas(client, options.prefix));
    named = await readNamedLookups(client, options.lookups);
    rebuild();
  };

  await refresh();
  return {
    schema: () => schema,
    of,
    namedLookups: () => named,
    refresh,
    learn: async (kind, attributes) => {
      const known = of(kind).types;
      if ([...attributes].every((name) => known.has(`attributes.${name}`))) return;
      await readKind(kind);
      rebuild();
    },
    setLookup: (table, lookup) => {
      lookups.set(table, lookup);
      rebuild();
    },
  };
};
