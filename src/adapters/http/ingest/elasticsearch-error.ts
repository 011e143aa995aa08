import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Problem } from '../problem.ts';

export const ELASTICSEARCH_MEDIA_TYPE = 'application/json';

// Official clients talk to nothing that does not say this.
export const asElasticsearch = (reply: FastifyReply): FastifyReply =>
  reply.header('x-elastic-product', 'Elasticsearch');

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: 'illegal_argument_exception',
  401: 'security_exception',
  403: 'security_exception',
  404: 'resource_not_found_exception',
  413: 'content_too_long_exception',
  415: 'media_type_header_exception',
  429: 'es_rejected_execution_exception',
};

/** A fault in the form that Elasticsearch's clients can read. */
export const sendElasticsearchError = (
  reply: FastifyReply,
  { status, detail, retryAfterSeconds }: Problem,
): FastifyReply => {
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
  const type = ERROR_TYPES[status] ?? 'exception';
  return asElasticsearch(reply)
    .code(status)
    .type(ELASTICSEARCH_MEDIA_TYPE)
    .send(JSON.stringify({ error: { root_cause: [{ type, reason: detail }], type, reason: detail }, status }));
};

/** Of its addresses the first or second part begins with an underscore: `/_alias`, `/logs-x/_doc`. */
export const isOfElasticsearch = ({ url }: FastifyRequest): boolean => /^(?:\/[^/?]*)?\/_/.test(url);
