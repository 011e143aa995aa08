import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BulkItem, ingestBulk } from '#capabilities/ingest/index.ts';
import { asElasticsearch, ELASTICSEARCH_MEDIA_TYPE, sendElasticsearchError } from './elasticsearch-error.ts';
import { elasticsearchToken } from './find-source.ts';
import { dropBody, openBody } from './ingest-body.ts';
import type { IngestRouteDeps, IngestRouteOptions, IngestSurface, Served } from './serve-ingest.ts';

// The release whose `_bulk` this follows; Beats ask for one that is not older than themselves, within a major version.
const VERSION = '9.2.0';
const fail: IngestSurface['fail'] = (_request, reply, problem) => sendElasticsearchError(reply, problem);

export const bulkSurface: IngestSurface = {
  format: 'bulk',
  tokenOf: (request) => elasticsearchToken(request.headers.authorization),
  tokenHint: 'Send the token of a configured source as the password of any user, as an API key or as a bearer token.',
  fail,
};

const CREATED = 201;
// Clients repeat an item by itself only where it says 429.
const STATUS = { stored: CREATED, refused: 400, later: 429, failed: 500 } as const;
const REASON_TYPES = {
  refused: 'document_parsing_exception',
  later: 'es_rejected_execution_exception',
  failed: 'exception',
} as const;

const itemOf = ({ action, index, id, outcome, reason }: BulkItem): Readonly<Record<string, unknown>> => {
  const status = STATUS[outcome];
  const named = { _index: index, ...(id === null ? {} : { _id: id }), status };
  return {
    [action]:
      outcome === 'stored'
        ? { ...named, result: 'created' }
        : { ...named, error: { type: REASON_TYPES[outcome], reason } },
  };
};

/** POST /_bulk and /<index>/_bulk, as Elasticsearch answers them. */
export const receiveBulk =
  (deps: IngestRouteDeps, options: IngestRouteOptions) =>
  async (request: FastifyRequest, reply: FastifyReply, source: string): Promise<Served> => {
    const receivedMs = deps.clock.now().getTime();
    const { index = null } = request.params as { readonly index?: string };
    const body = openBody(request, options.maxBodyBytes);
    const { items, fault } = await ingestBulk(deps, { body, index, service: source, receivedMs });
    if (fault !== null) {
      deps.logger.warn(
        { err: fault, source },
        'The telemetry store failed after it had stored a part of a bulk request',
      );
    }
    const rejected = items.filter(({ outcome }) => outcome !== 'stored').length;
    asElasticsearch(reply)
      .code(200)
      .type(ELASTICSEARCH_MEDIA_TYPE)
      .send(
        JSON.stringify({
          took: deps.clock.now().getTime() - receivedMs,
          errors: rejected > 0,
          items: items.map(itemOf),
        }),
      );
    return { accepted: items.length - rejected, rejected };
  };

const INFO = {
  name: 'sentinel',
  cluster_name: 'sentinel',
  cluster_uuid: 'sentinel-ingest',
  version: {
    number: VERSION,
    build_flavor: 'default',
    minimum_wire_compatibility_version: '8.19.0',
    minimum_index_compatibility_version: '8.0.0',
  },
  tagline: 'You Know, for Search',
};
const LICENSE = { license: { status: 'active', uid: 'sentinel', type: 'basic', mode: 'basic' } };
const XPACK = { build: {}, license: { mode: 'basic', type: 'basic', status: 'active', uid: 'sentinel' }, features: {} };
const HEALTH = { cluster_name: 'sentinel', status: 'green', timed_out: false, number_of_nodes: 1 };

/** What clients ask before they send; what they would set up is said to be there. */
const PROBES: readonly (readonly [path: string, answer: Readonly<Record<string, unknown>>])[] = [
  ['/', INFO],
  ['/_license', LICENSE],
  ['/_xpack', XPACK],
  ['/_cluster/health', HEALTH],
  ['/_ilm/policy/:name', {}],
  ['/_index_template/:name', {}],
  ['/_component_template/:name', {}],
  ['/_template/:name', {}],
  ['/_data_stream/:name', {}],
  ['/_ingest/pipeline/:name', {}],
];

/** The addresses that clients of Elasticsearch ask before they send. HEAD comes with GET. */
export const addBulkProbes = (scope: FastifyInstance, isSource: (request: FastifyRequest) => boolean): void => {
  const answering =
    (answer: Readonly<Record<string, unknown>>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      dropBody(request);
      if (!isSource(request)) return fail(request, reply, { status: 401, detail: bulkSurface.tokenHint });
      return asElasticsearch(reply).type(ELASTICSEARCH_MEDIA_TYPE).send(JSON.stringify(answer));
    };
  for (const [path, answer] of PROBES) {
    scope.get(path, answering(answer));
    if (path.endsWith(':name')) scope.put(path, answering({ acknowledged: true }));
  }
};
