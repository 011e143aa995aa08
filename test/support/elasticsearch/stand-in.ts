import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { leavesOf, valuesAt } from './document-fields.ts';
import type { Json } from './json.ts';
import { fitDocument, toPatternTest, withLeaves, type StandInMapping } from './stand-in-mapping.ts';

interface StoredDocument {
  readonly id: string;
  readonly seqNo: number;
  readonly source: object;
}

interface StandInIndex {
  readonly name: string;
  readonly uuid: string;
  readonly mode: string | undefined;
  mapping: StandInMapping;
  /** By name; with a filter, where there is one. */
  readonly aliases: Map<string, { readonly filter?: object }>;
  readonly documents: Map<string, StoredDocument>;
  nextSeqNo: number;
}

interface Template {
  readonly index_patterns: readonly string[];
  readonly template?: { readonly settings?: object; readonly mappings?: StandInMapping };
}

/** Status and body. */
type Answer = readonly [number, object];

const fault = (status: number, type: string, reason: string): Answer => [
  status,
  { status, error: { type, reason, root_cause: [] } },
];

const missing = (name: string): Answer => fault(404, 'index_not_found_exception', `no such index [${name}]`);

const modeOf = (settings: Json): string | undefined => settings?.index?.mode ?? settings?.['index.mode'];

/**
 * The writing half of Elasticsearch in memory, as far as Sentinel uses it: templates, indices,
 * aliases, `_bulk` with strict mappings, and the searches that the proxy's engine reads by. It
 * refuses every path that it does not know.
 */
const createStandIn = () => {
  const indices = new Map<string, StandInIndex>();
  const templates = new Map<string, Template>();

  const resolve = (expression: string): readonly StandInIndex[] | string => {
    const found = new Set<StandInIndex>();
    for (const part of expression.split(',')) {
      if (part.startsWith('-')) {
        const isLeftOut = toPatternTest(part.slice(1));
        for (const index of found)
          if (isLeftOut(index.name) || [...index.aliases.keys()].some(isLeftOut)) found.delete(index);
        continue;
      }
      const fits = toPatternTest(part);
      const matching = [...indices.values()].filter(
        (index) => fits(index.name) || [...index.aliases.keys()].some(fits),
      );
      if (matching.length === 0 && !part.includes('*')) return part;
      for (const index of matching) found.add(index);
    }
    return [...found].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  };

  const create = (name: string, settings?: object, mapping?: StandInMapping): StandInIndex => {
    const template = [...templates.values()].find((each) =>
      each.index_patterns.some((pattern) => toPatternTest(pattern)(name)),
    )?.template;
    const index: StandInIndex = {
      name,
      uuid: randomUUID(),
      mode: modeOf(settings) ?? modeOf(template?.settings),
      mapping: withLeaves(mapping ?? template?.mappings ?? {}),
      aliases: new Map(),
      documents: new Map(),
      nextSeqNo: 0,
    };
    indices.set(name, index);
    return index;
  };

  const write = (kind: string, target: { _index: string; _id?: string }, source: object) => {
    const index = indices.get(target._index) ?? create(target._index);
    const id = target._id ?? randomUUID();
    const about = { _index: index.name, _id: id };
    if (kind === 'create' && index.documents.has(id)) {
      return { ...about, status: 409, error: { type: 'version_conflict_engine_exception', reason: 'exists' } };
    }
    const fitted = fitDocument(index.mapping, leavesOf(source));
    if (fitted.kind === 'refused') return { ...about, status: 400, error: fitted.error };
    index.mapping = fitted.mapping;
    index.documents.set(id, { id, seqNo: index.nextSeqNo, source });
    index.nextSeqNo += 1;
    return { ...about, status: 201, result: 'created' };
  };

  const bulk = (body: string, defaultIndex?: string): Answer => {
    const lines = body.trimEnd().split('\n');
    const items: object[] = [];
    for (let at = 0; at < lines.length; at += 2) {
      const [[kind, target]] = Object.entries<Json>(JSON.parse(lines[at]!)) as [[string, Json]];
      items.push({ [kind]: write(kind, { _index: defaultIndex, ...target }, JSON.parse(lines[at + 1]!)) });
    }
    const errors = items.some((item: Json) => (item.create ?? item.index).status > 299);
    return [200, { took: 1, errors, items }];
  };

  const search = (found: readonly StandInIndex[], body: Json): Answer => {
    const after: number = body?.query?.range?._seq_no?.gt ?? -1;
    const hits = found
      .flatMap((index) => [...index.documents.values()].map((document) => ({ index, document })))
      .filter(({ document }) => document.seqNo > after)
      .toSorted((a, b) => a.document.seqNo - b.document.seqNo)
      .slice(0, body?.size ?? 10)
      .map(({ index, document }) => ({
        _index: index.name,
        _id: document.id,
        _seq_no: document.seqNo,
        _source: document.source,
      }));
    return [200, { took: 1, timed_out: false, hits: { hits } }];
  };

  const deleteByQuery = (found: readonly StandInIndex[], body: Json): Answer => {
    const [[field, { lt }]] = Object.entries<Json>(body.query.range) as [[string, Json]];
    let deleted = 0;
    for (const { documents } of found) {
      for (const { id, source } of documents.values()) {
        const [value] = valuesAt(source, field);
        if (typeof value === 'number' && value < lt && documents.delete(id)) deleted += 1;
      }
    }
    return [200, { deleted, failures: [] }];
  };

  const fieldCaps = (found: readonly StandInIndex[], query: URLSearchParams, body: Json): Answer => {
    const asked = [body.fields ?? query.get('fields')?.split(',') ?? '*'].flat().map(String).map(toPatternTest);
    const filters = String(body.filters ?? query.get('filters') ?? '');
    const isUnmappedAsked = String(body.include_unmapped ?? query.get('include_unmapped')) === 'true';
    const where = new Map<string, Map<string, string[]>>();
    for (const { name, mapping } of found) {
      for (const [path, type] of Object.entries(mapping.leaves ?? {})) {
        if (!asked.some((fits) => fits(path))) continue;
        if (filters.includes('-multifield') && mapping.parents?.[path] !== undefined) continue;
        const byType = where.get(path) ?? new Map<string, string[]>();
        byType.set(type, [...(byType.get(type) ?? []), name]);
        where.set(path, byType);
      }
    }
    const fields: Record<string, Record<string, object>> = {};
    for (const [path, byType] of where) {
      const mappedIn = [...byType.values()].flat();
      const unmapped = found.map(({ name }) => name).filter((name) => !mappedIn.includes(name));
      if (isUnmappedAsked && unmapped.length > 0) byType.set('unmapped', unmapped);
      fields[path] = Object.fromEntries(
        [...byType].map(([type, names]) => [type, { type, ...(byType.size > 1 ? { indices: names } : {}) }]),
      );
    }
    return [200, { indices: found.map(({ name }) => name), fields }];
  };

  const describe = (found: readonly StandInIndex[]): Answer => [
    200,
    Object.fromEntries(
      found.map(({ name, uuid, mode, mapping, aliases }) => {
        const parents = Object.entries(mapping.parents ?? {});
        const leaves = Object.entries(mapping.leaves ?? {}).flatMap(([path, type]) => {
          if (mapping.parents?.[path] !== undefined) return [];
          const below = parents
            .filter(([, parent]) => parent === path)
            .map(([sub]) => [sub.slice(path.length + 1), { type: mapping.leaves?.[sub] }]);
          return [[path, { type, ...(below.length > 0 ? { fields: Object.fromEntries(below) } : {}) }]];
        });
        const settings = { index: { uuid, ...(mode === undefined ? {} : { mode }) } };
        const named = Object.fromEntries(aliases);
        return [name, { aliases: named, mappings: { properties: Object.fromEntries(leaves) }, settings }];
      }),
    ),
  ];

  const updateAliases = (actions: readonly Json[]): Answer => {
    for (const action of actions) {
      const { index, alias, filter } = action.add ?? action.remove;
      const target = indices.get(index);
      if (!target) return missing(index);
      if (action.add) target.aliases.set(alias, filter === undefined ? {} : { filter });
      else target.aliases.delete(alias);
    }
    return [200, { acknowledged: true }];
  };

  const getAlias = (alias: string): Answer => {
    const found = [...indices.values()].filter((index) => index.aliases.has(alias));
    if (found.length === 0) return [404, { status: 404, error: `alias [${alias}] missing` }];
    return [200, Object.fromEntries(found.map(({ name }) => [name, { aliases: { [alias]: {} } }]))];
  };

  const onIndices = (
    expression: string,
    lenient: boolean,
    work: (found: readonly StandInIndex[]) => Answer,
  ): Answer => {
    const found = resolve(expression);
    if (typeof found !== 'string') return work(found);
    return lenient ? work([]) : missing(found);
  };

  return (method: string, path: string, body: string, query: URLSearchParams): Answer => {
    const isLenient = query.get('ignore_unavailable') === 'true';
    const [first = '', second = ''] = path.split('/').filter(Boolean).map(decodeURIComponent);
    const parsed = (): Json => (body === '' ? {} : JSON.parse(body));
    if (first === '_index_template') {
      if (method === 'DELETE') templates.delete(second);
      else templates.set(second, parsed());
      return [200, { acknowledged: true }];
    }
    if (first === '_bulk') return bulk(body);
    if (first === '_license') return [200, { license: { status: 'active', type: 'basic' } }];
    if (first === '_aliases') return updateAliases(parsed().actions);
    if (first === '_alias') return getAlias(second);
    if (first.startsWith('_')) return fault(405, 'unknown', `${method} ${path} is not known`);
    switch (`${method} ${second}`) {
      case 'PUT ': {
        if (indices.has(first))
          return fault(400, 'resource_already_exists_exception', `index [${first}] already exists`);
        const { settings, mappings } = parsed();
        create(first, settings, mappings);
        return [200, { acknowledged: true, index: first }];
      }
      case 'DELETE ':
        if (first.includes('*'))
          return fault(400, 'illegal_argument_exception', 'Wildcard expressions are not allowed');
        return onIndices(first, isLenient, (found) => {
          for (const { name } of found) indices.delete(name);
          return [200, { acknowledged: true }];
        });
      case 'GET ':
        return onIndices(first, isLenient, describe);
      case 'POST _bulk':
      case 'PUT _bulk':
        return bulk(body, first);
      case 'POST _search':
        return onIndices(first, isLenient, (found) => search(found, parsed()));
      case 'GET _count':
      case 'POST _count':
        return onIndices(first, isLenient, (found) => [
          200,
          { count: found.reduce((sum, { documents }) => sum + documents.size, 0) },
        ]);
      case 'POST _delete_by_query':
        return onIndices(first, isLenient, (found) => deleteByQuery(found, parsed()));
      case 'GET _field_caps':
      case 'POST _field_caps':
        return onIndices(first, isLenient, (found) => fieldCaps(found, query, parsed()));
      default:
        return fault(405, 'unknown', `${method} ${path} is not known`);
    }
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
};

export const startStandIn = async (): Promise<{ readonly url: string; stop(): Promise<void> }> => {
  const answer = createStandIn();
  const server = createServer((request, response) => {
    const work = async (): Promise<void> => {
      const body = await readBody(request);
      const url = new URL(request.url ?? '/', 'http://stand-in');
      const [status, content] = answer(request.method ?? 'GET', url.pathname, body, url.searchParams);
      response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      response.end(JSON.stringify(content));
    };
    work().catch((error: unknown) => {
      console.error('the stand-in of the tests failed', error);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
