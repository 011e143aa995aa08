import type { Json } from './json.ts';

export interface UpstreamIndex {
  readonly name: string;
  readonly uuid: string;
  readonly isLookup: boolean;
  /** Path → type in the mapping. */
  readonly fields: ReadonlyMap<string, string>;
  /** Path of a sub-field → the field whose values it has. */
  readonly parents: ReadonlyMap<string, string>;
}

/** What the engine reads of a server. */
export interface Upstream {
  /** Those of FROM, in which `-` begins what is left out, by index, alias or data stream. */
  indices(patterns: readonly string[]): Promise<readonly UpstreamIndex[]>;
  documentsAfter(
    index: string,
    seqNo: number,
  ): Promise<{ readonly sources: readonly object[]; readonly lastSeqNo: number }>;
  count(index: string): Promise<number>;
}

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
  readonly fields?: Readonly<Record<string, Mapping>>;
}

const PAGE = 10_000;

interface Path {
  readonly path: string;
  readonly type: string;
  readonly parent: string | null;
}

const pathsOf = (properties: Readonly<Record<string, Mapping>>, path = ''): Path[] =>
  Object.entries(properties).flatMap(([name, mapping]): Path[] => {
    const here = path === '' ? name : `${path}.${name}`;
    if (mapping.properties) return pathsOf(mapping.properties, here);
    if (mapping.type === undefined || mapping.type === 'object') return [];
    const subFields = Object.entries(mapping.fields ?? {}).map(([sub, { type = '' }]) => ({
      path: `${here}.${sub}`,
      type,
      parent: here,
    }));
    return [{ path: here, type: mapping.type, parent: null }, ...subFields];
  });

/** Null: there is no such index. */
const askAt = async (url: string, path: string, body?: string | object, authorization?: string): Promise<Json> => {
  const response = await fetch(`${url}${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json', ...(authorization === undefined ? {} : { authorization }) },
    ...(body ? { body: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
};

/** What `_delete_by_query` does, by a search and a `_bulk`. Returns how many went. */
export const deleteMatching = async (
  url: string,
  pattern: string,
  query: object,
  authorization?: string,
): Promise<number> => {
  let deleted = 0;
  for (;;) {
    const found = await askAt(url, `/${pattern}/_search`, { size: PAGE, query, _source: false }, authorization);
    const hits: readonly { readonly _index: string; readonly _id: string }[] = found?.hits.hits ?? [];
    if (hits.length === 0) return deleted;
    const lines = hits.map(({ _index, _id }) => `${JSON.stringify({ delete: { _index, _id } })}\n`);
    await askAt(url, '/_bulk?refresh=true', lines.join(''), authorization);
    deleted += hits.length;
  }
};

export const connectUpstream = (url: string): Upstream => {
  const ask = (path: string, body?: object): Promise<Json> => askAt(url, path, body);
  return {
    indices: async (patterns) => {
      const indices = (await ask(`/${encodeURIComponent(patterns.join(','))}`)) ?? {};
      return Object.entries<Json>(indices).map(([name, { mappings, settings }]) => {
        const paths = pathsOf(mappings.properties ?? {});
        return {
          name,
          uuid: settings.index.uuid,
          isLookup: settings.index.mode === 'lookup',
          fields: new Map(paths.map(({ path, type }) => [path, type])),
          parents: new Map(paths.flatMap(({ path, parent }) => (parent === null ? [] : [[path, parent] as const]))),
        };
      });
    },
    documentsAfter: async (index, seqNo) => {
      const answer = await ask(`/${encodeURIComponent(index)}/_search`, {
        size: PAGE,
        query: { range: { _seq_no: { gt: seqNo } } },
        sort: ['_seq_no'],
        seq_no_primary_term: true,
      });
      const hits: readonly { readonly _source: object; readonly _seq_no: number }[] = answer?.hits.hits ?? [];
      return { sources: hits.map((hit) => hit._source), lastSeqNo: hits.at(-1)?._seq_no ?? seqNo };
    },
    count: async (index) => (await ask(`/${encodeURIComponent(index)}/_count`))?.count ?? 0,
  };
};
