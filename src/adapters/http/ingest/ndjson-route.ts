import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  createTally,
  INGEST_INDICES,
  ingestLines,
  type IngestTally,
  isIngestIndex,
} from '#capabilities/ingest/index.ts';
import { sendProblem } from '../problem.ts';
import { bearerToken } from './find-source.ts';
import { BodyAborted, openBody } from './ingest-body.ts';
import {
  type IngestRouteDeps,
  type IngestRouteOptions,
  ingestProblemOf,
  IngestRefusal,
  type IngestSurface,
  type Served,
} from './serve-ingest.ts';

const MEDIA_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

export const ndjsonSurface: IngestSurface = {
  format: 'ndjson',
  tokenOf: (request) => bearerToken(request.headers.authorization),
  tokenHint: 'Send the token of a configured source as a bearer token.',
  fail: (_request, reply, problem) => sendProblem(reply, problem),
};

// A body of nothing but line ends and brackets would take the process for half a minute.
const MAX_REJECTED_LINES = 100_000;

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
export const ingestNdjson =
  (deps: IngestRouteDeps, options: IngestRouteOptions) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<Served> => {
    const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
    if (!MEDIA_TYPES.includes(mediaType))
      throw new IngestRefusal({ status: 415, detail: 'Send application/x-ndjson.' });
    const { index = 'logs' } = request.query as { index?: unknown };
    if (!isIngestIndex(index)) {
      throw new IngestRefusal({ status: 400, detail: `index must be one of ${INGEST_INDICES.join(', ')}.` });
    }
    const tally = createTally();
    try {
      await ingestLines(
        { ...deps, maxRejected: MAX_REJECTED_LINES },
        openBody(request, options.maxBodyBytes),
        index,
        tally,
      );
    } catch (error) {
      if (error instanceof BodyAborted) throw error;
      const problem = ingestProblemOf(error);
      if (problem.status >= 500) deps.logger.error({ err: error }, 'An ingest request failed half-way');
      throw new IngestRefusal({
        ...problem,
        extra: { ...countsOf(tally), settledThroughLine: tally.settledThroughLine },
      });
    }
    if (tally.accepted === 0 && tally.rejectedCount > 0) {
      throw new IngestRefusal({
        status: 422,
        detail: 'No line of the body could be stored.',
        extra: countsOf(tally),
      });
    }
    reply.code(200).send(countsOf(tally));
    return { accepted: tally.accepted, rejected: tally.rejectedCount };
  };
