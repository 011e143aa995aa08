import { randomUUID } from 'node:crypto';
import { type Client, errors, type estypes, type TransportRequestOptions } from '@elastic/elasticsearch';
import type { IndexSchema } from '#esql/schema.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import { checkLookup, OWN_LOOKUPS } from '#ports/telemetry-rules/check-lookup.ts';
import type { LookupTable } from '#ports/telemetry-store.ts';
import type { ServerInfo } from './connect.ts';
import { readLookupSchema } from './read-lookup-schema.ts';

export interface LookupDeps {
  readonly client: Client;
  readonly server: ServerInfo;
  readonly clock: Clock;
}

// A query that found a generation through the alias may still be reading it.
const KEPT_MS = 5 * MINUTE_MS;
const ROWS_PER_REQUEST = 5_000;

const familyOf = (prefix: string): string => `${prefix}lookup-`;

const aliasOf = (prefix: string, table: string): string => `${familyOf(prefix)}${table}`;

/** A generation's name tells when it was made. */
const newGeneration = (alias: string, now: Date): string =>
  `${alias}--${now.getTime().toString(36)}-${randomUUID().slice(0, 8)}`;

const madeAtMs = (index: string): number => {
  const stamp = /--([0-9a-z]+)-[0-9a-f]{8}$/.exec(index)?.[1];
  return stamp === undefined ? Number.NaN : Number.parseInt(stamp, 36);
};

const isMissing = (error: unknown): boolean => error instanceof errors.ResponseError && error.statusCode === 404;

type Limits = Pick<TransportRequestOptions, 'requestTimeout' | 'signal'>;

const aliased = async (client: Client, alias: string, limits: Limits = {}): Promise<readonly string[]> => {
  try {
    return Object.keys(await client.indices.getAlias({ name: alias }, limits));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** The index that a lookup table is in now. LOOKUP JOIN takes no alias before 9.2. */
export const findLookupIndex = async (
  client: Client,
  prefix: string,
  table: string,
  limits: Limits,
): Promise<string> => {
  const [index] = await aliased(client, aliasOf(prefix, table), limits);
  if (index !== undefined) return index;
  throw new AppError({
    code: 'rejected',
    isRetryable: false,
    userMessage: `The lookup table ${table} is not in Elasticsearch any more.`,
  });
};

const fill = async (client: Client, index: string, { columns, rows }: LookupTable): Promise<void> => {
  for (let from = 0; from < rows.length; from += ROWS_PER_REQUEST) {
    const operations = rows.slice(from, from + ROWS_PER_REQUEST).flatMap((row) => {
      const cells = columns.map(({ name }, at): [string, string | number | null] => {
        const value = row[at] ?? null;
        return [name, typeof value === 'string' ? value.toWellFormed() : value];
      });
      return [{ index: {} }, Object.fromEntries(cells)];
    });
    const answer = await client.bulk({ index, operations, refresh: true });
    if (answer.errors) throw incomplete();
  }
};

const incomplete = (): AppError =>
  new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'Elasticsearch did not take all rows of a lookup table; the one before stays in use.',
  });

const removeOld = async (deps: LookupDeps, alias: string, current: string): Promise<void> => {
  const found = await deps.client.indices.get({ index: `${alias}--*`, allow_no_indices: true, features: 'aliases' });
  const oldestMs = deps.clock.now().getTime() - KEPT_MS;
  const old = Object.keys(found).filter((index) => index !== current && madeAtMs(index) < oldestMs);
  if (old.length > 0) await deps.client.indices.delete({ index: old, ignore_unavailable: true });
};

const typeOf = (type: 'keyword' | 'double'): estypes.MappingProperty => ({ type });

/**
 * Writes a lookup table as a new index and points the alias at it in one step: a query sees the
 * old rows or the new ones, never a mixture. Throws what the client throws.
 */
export const replaceLookupIndex = async (
  deps: LookupDeps,
  prefix: string,
  table: LookupTable,
): Promise<IndexSchema> => {
  checkLookup(table);
  const { client } = deps;
  const alias = aliasOf(prefix, table.name);
  const index = newGeneration(alias, deps.clock.now());
  await client.indices.create({
    index,
    settings: { index: { mode: 'lookup', ...(deps.server.isServerless ? {} : { auto_expand_replicas: '0-all' }) } },
    mappings: {
      dynamic: 'strict',
      properties: Object.fromEntries(table.columns.map(({ name, type }) => [name, typeOf(type)])),
    },
  });
  try {
    await fill(client, index, table);
    const before = await aliased(client, alias);
    await client.indices.updateAliases({
      actions: [
        { add: { index, alias } },
        ...before.map((old) => ({ remove: { index: old, alias, must_exist: false } })),
      ],
    });
  } catch (error) {
    await client.indices.delete({ index, ignore_unavailable: true }).catch(() => undefined);
    throw error;
  }
  await removeOld(deps, alias, index);
  return {
    fields: new Map(table.columns.map(({ name, type }) => [name, type])),
    isLookup: true,
    isInternal: table.name.startsWith(OWN_LOOKUPS),
  };
};

/** The lookup tables under the prefix, by name. */
export const readLookupSchemas = async (client: Client, prefix: string): Promise<ReadonlyMap<string, IndexSchema>> => {
  const family = familyOf(prefix);
  const indices = await client.indices.get({ index: `${family}*`, allow_no_indices: true, features: 'aliases' });
  const schemas = new Map<string, IndexSchema>();
  for (const [index, { aliases }] of Object.entries(indices)) {
    const tables = Object.keys(aliases ?? {}).flatMap((alias) =>
      alias.startsWith(family) ? [alias.slice(family.length)] : [],
    );
    if (tables.length === 0) continue;
    const schema = await readLookupSchema(client, index);
    for (const table of tables) schemas.set(table, { ...schema, isInternal: table.startsWith(OWN_LOOKUPS) });
  }
  return schemas;
};
