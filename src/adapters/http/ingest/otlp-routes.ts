import type { FastifyReply, FastifyRequest } from 'fastify';
import { ingestOtlp, otlpAnswer, type OtlpEncoding, type OtlpSignal, otlpStatus } from '#capabilities/ingest/index.ts';
import { bearerToken } from './find-source.ts';
import { collectBody, digestOf, openBody } from './ingest-body.ts';
import {
  type IngestRouteDeps,
  type IngestRouteOptions,
  IngestRefusal,
  type IngestSurface,
  type Served,
} from './serve-ingest.ts';

const MEDIA_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

const encodingOf = (request: FastifyRequest): OtlpEncoding | null => {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === MEDIA_TYPES.protobuf || mediaType === 'application/protobuf') return 'protobuf';
  return mediaType === MEDIA_TYPES.json ? 'json' : null;
};

// JSON is parsed in one piece, this much of it in about 30 ms, while nothing else of the process runs. What
// SDKs send at once is a tenth of it; protobuf, which collectors send, is read in slices and has no such limit.
export const MAX_JSON_BODY_BYTES = 2_097_152;

// google.rpc.Code by HTTP status, as google.rpc documents it.
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  413: 8,
  415: 3,
  422: 3,
  429: 8,
  503: 14,
  504: 4,
};
const RPC_INTERNAL = 13;

export const otlpSurface: IngestSurface = {
  format: 'otlp',
  tokenOf: (request) => bearerToken(request.headers.authorization),
  tokenHint: 'Send the token of a configured source: Authorization: Bearer …',
  fail: (request, reply, { status, detail, retryAfterSeconds }) => {
    const encoding = encodingOf(request) ?? 'json';
    // Senders give up on any other 5xx; what may work later is said by 503.
    const answered = retryAfterSeconds !== undefined && status >= 500 ? 503 : status;
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    return reply
      .code(answered)
      .type(MEDIA_TYPES[encoding])
      .send(otlpStatus(encoding, RPC_CODES[answered] ?? RPC_INTERNAL, detail));
  },
};

/** POST /v1/logs, /v1/traces, /v1/metrics: OTLP/HTTP 1.x, binary and JSON. A request is stored as one. */
export const receiveOtlp =
  (deps: IngestRouteDeps, options: IngestRouteOptions, signal: OtlpSignal) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<Served> => {
    const encoding = encodingOf(request);
    if (encoding === null) {
      throw new IngestRefusal({ status: 415, detail: 'Send application/x-protobuf or application/json.' });
    }
    const maxBodyBytes =
      encoding === 'json' ? Math.min(options.maxBodyBytes, MAX_JSON_BODY_BYTES) : options.maxBodyBytes;
    const body = await collectBody(openBody(request, maxBodyBytes));
    const receivedMs = deps.clock.now().getTime();
    const key = deps.telemetryStore.knowsDeliveries === true ? digestOf(body) : null;
    const { accepted, refusals } = await ingestOtlp(deps, { body, encoding, signal, receivedMs, key });
    reply
      .code(200)
      .type(MEDIA_TYPES[encoding])
      .send(otlpAnswer(encoding, signal, refusals));
    return { accepted, rejected: refusals.count };
  };
