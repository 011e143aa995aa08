import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  createTally,
  INGEST_INDICES,
  ingestLines,
  type IngestTally,
  isIngestIndex,
} from '#capabilities/ingest/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { problemOf, sendProblem } from '../problem.ts';
import { createSourceFinder, type IngestSource } from './find-source.ts';

export interface IngestDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'append'>;
  readonly logger: Logger;
}

export interface IngestOptions {
  /** None: the endpoint refuses everybody. */
  readonly sources: readonly IngestSource[];
  /** How a person sets a source's token, e.g. `SENTINEL_INGEST_TOKENS`. */
  readonly tokenSetting: string;
  /** After decompression. */
  readonly maxBodyBytes: number;
}

const MEDIA_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
export const MAX_CONCURRENT_REQUESTS = 32;

class BodyTooLarge extends Error {}
class BodyMalformed extends Error {}

async function* limitBytes(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLarge();
    yield chunk;
  }
}

async function* unzip(source: Readable): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  source.once('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
  } catch (error) {
    throw new BodyMalformed('The body is not complete gzip', { cause: error });
  } finally {
    source.unpipe(gunzip);
    gunzip.destroy();
  }
}

const faultOf = (error: unknown, options: IngestOptions): ReturnType<typeof problemOf> => {
  if (error instanceof BodyTooLarge) {
    return {
      status: 413,
      detail: `The body is larger than ${options.maxBodyBytes} bytes. Send it in several requests.`,
    };
  }
  if (error instanceof BodyMalformed) return { status: 400, detail: 'The body is not complete gzip.' };
  return problemOf(error);
};

const countsOf = ({ accepted, rejectedCount, rejected }: IngestTally): Readonly<Record<string, unknown>> => ({
  accepted,
  rejectedCount,
  rejected,
});

/**
 * POST /ingest/ndjson?index=logs|spans|metrics. Answers 200 with what was accepted and rejected;
 * 422 if no line was good. Whatever was accepted before a fault is kept, and the problem says how
 * much and up to which line, behind which the sender goes on.
 */
export const addIngestRoute = (app: FastifyInstance, deps: IngestDeps, options: IngestOptions): void => {
  const findSource = createSourceFinder(options.sources);
  let running = 0;

  const authorise = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if (options.sources.length === 0) {
      const detail = `Ingest is off: no source has a token. Set one with ${options.tokenSetting}.`;
      return sendProblem(reply, { status: 403, detail });
    }
    if (findSource(request.headers.authorization) !== undefined) return undefined;
    void reply.header('www-authenticate', 'Bearer realm="ingest"');
    return sendProblem(reply, { status: 401, detail: 'Send the token of a configured source as a bearer token.' });
  };

  const ingest = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { index = 'logs' } = request.query as { index?: unknown };
    if (!isIngestIndex(index)) {
      return sendProblem(reply, { status: 400, detail: `index must be one of ${INGEST_INDICES.join(', ')}.` });
    }
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity' && encoding !== 'gzip') {
      return sendProblem(reply, { status: 415, detail: 'The body may be plain or gzip, no other encoding.' });
    }
    if (Number(request.headers['content-length'] ?? 0) > options.maxBodyBytes) {
      return sendProblem(reply, faultOf(new BodyTooLarge(), options));
    }
    const source = request.body instanceof Readable ? request.body : Readable.from([]);
    // Destroying the request with the rest of its body unread would cut the answer off too.
    const plain = source.iterator({ destroyOnReturn: false });
    const body = limitBytes(encoding === 'gzip' ? unzip(source) : plain, options.maxBodyBytes);
    const tally = createTally();
    try {
      await ingestLines(deps, body, index, tally);
    } catch (error) {
      // Unread, the rest of the body would hold the connection; the server's request timeout bounds it.
      source.resume();
      const problem = faultOf(error, options);
      if (problem.status >= 500)
        deps.logger.error({ err: error, accepted: tally.accepted }, 'An ingest request failed');
      return sendProblem(reply, {
        ...problem,
        extra: { ...countsOf(tally), settledThroughLine: tally.settledThroughLine },
      });
    }
    const sender = findSource(request.headers.authorization);
    deps.logger.debug(
      { source: sender, accepted: tally.accepted, rejected: tally.rejectedCount },
      'Telemetry ingested',
    );
    if (tally.accepted === 0 && tally.rejectedCount > 0) {
      return sendProblem(reply, {
        status: 422,
        detail: 'No line of the body could be stored.',
        extra: countsOf(tally),
      });
    }
    return reply.code(200).send(countsOf(tally));
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(MEDIA_TYPES, (_request, payload, done) => done(null, payload));
    scope.post('/ingest/ndjson', { onRequest: authorise }, async (request, reply) => {
      if (running >= MAX_CONCURRENT_REQUESTS) {
        throw new AppError({
          code: 'limit-exceeded',
          isRetryable: true,
          userMessage: `More than ${MAX_CONCURRENT_REQUESTS} ingest requests are running. Send this one again in a moment.`,
        });
      }
      running += 1;
      try {
        return await ingest(request, reply);
      } finally {
        running -= 1;
      }
    });
  });
};
