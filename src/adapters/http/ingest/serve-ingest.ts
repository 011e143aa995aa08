import type { FastifyReply, FastifyRequest } from 'fastify';
import { type IngestStore, MalformedBody, RequestTooLarge, TooManyRejected } from '#capabilities/ingest/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { type Problem, problemOf } from '../problem.ts';
import type { FindSource } from './find-source.ts';
import { BodyAborted, BodyTooLarge, BodyUnpackable, dropBody, EncodingUnknown } from './ingest-body.ts';

export interface IngestRouteDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'increment'>;
  readonly telemetryStore: IngestStore;
  readonly findSource: FindSource;
}

export interface IngestRouteOptions {
  /** None: every endpoint refuses everybody. */
  readonly isOpen: boolean;
  /** How a person sets a source's token, e.g. `SENTINEL_INGEST_TOKENS`. */
  readonly tokenSetting: string;
  /** After decompression. */
  readonly maxBodyBytes: number;
}

/** What tells one format of ingest from another, at the edge. */
export interface IngestSurface {
  /** For metrics and logs. */
  readonly format: string;
  tokenOf(request: FastifyRequest): string | undefined;
  /** What a sender without a good token is told. */
  readonly tokenHint: string;
  /** Answers a request that failed, in the sender's own way. */
  fail(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply;
}

export interface Served {
  readonly accepted: number;
  readonly rejected: number;
}

/** Keeps the number of requests that are read at once, of all formats together. */
export interface Admission {
  run<Result>(source: string, work: () => Promise<Result>): Promise<Result>;
}

export const MAX_CONCURRENT_REQUESTS = 32;
// One source that floods, or stops in the midst of its bodies, leaves room for the others.
export const MAX_CONCURRENT_REQUESTS_OF_SOURCE = 24;

const tooMany = (limit: number, whose: string): AppError =>
  new AppError({
    code: 'limit-exceeded',
    isRetryable: true,
    userMessage: `More than ${limit} ingest requests ${whose}are running. Send this one again in a moment.`,
  });

export const createAdmission = (): Admission => {
  let running = 0;
  const runningOf = new Map<string, number>();
  return {
    run: async (source, work) => {
      const ofSource = runningOf.get(source) ?? 0;
      if (running >= MAX_CONCURRENT_REQUESTS) throw tooMany(MAX_CONCURRENT_REQUESTS, '');
      if (ofSource >= MAX_CONCURRENT_REQUESTS_OF_SOURCE) {
        throw tooMany(MAX_CONCURRENT_REQUESTS_OF_SOURCE, 'of this source ');
      }
      running += 1;
      runningOf.set(source, ofSource + 1);
      try {
        return await work();
      } finally {
        running -= 1;
        runningOf.set(source, (runningOf.get(source) ?? 1) - 1);
      }
    },
  };
};

/** A request that is refused before its rows are looked at. */
export class IngestRefusal extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export const ingestProblemOf = (error: unknown): Problem => {
  if (error instanceof IngestRefusal) return error.problem;
  if (error instanceof BodyTooLarge) {
    return { status: 413, detail: `The body is larger than ${error.maxBytes} bytes. Send it in several requests.` };
  }
  if (error instanceof RequestTooLarge) return { status: 413, detail: error.message };
  if (error instanceof TooManyRejected) return { status: 422, detail: error.message };
  if (error instanceof BodyUnpackable) return { status: 400, detail: `The body is not complete ${error.encoding}.` };
  if (error instanceof BodyAborted)
    return { status: 400, detail: 'The sender went away before the body was complete.' };
  if (error instanceof EncodingUnknown) {
    return { status: 415, detail: 'The body may be plain, gzip or deflate, no other encoding.' };
  }
  if (error instanceof MalformedBody) return { status: 400, detail: `The body cannot be read: ${error.message}.` };
  return problemOf(error);
};

const BUSY = 429;

const outcomeOf = (error: unknown, { status }: Problem): string => {
  if (error instanceof BodyAborted) return 'aborted';
  return status === BUSY ? 'busy' : status >= 500 ? 'failed' : 'refused';
};

/**
 * What every format does around its own reading: the token, the limit of requests and rows, one log
 * line and one count for each request. `work` answers by itself and says how many rows it took.
 */
export const serveIngest =
  (
    deps: IngestRouteDeps,
    options: IngestRouteOptions,
    admission: Admission,
    surface: IngestSurface,
    work: (request: FastifyRequest, reply: FastifyReply, source: string) => Promise<Served>,
  ) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { format } = surface;
    try {
      const source = authorise(deps, options, surface, request, reply);
      const { accepted, rejected } = await admission.run(source, async () => {
        deps.telemetryStore.assertRoom();
        return work(request, reply, source);
      });
      const outcome = rejected === 0 ? 'accepted' : 'partial';
      deps.metrics.increment('sentinel_ingest_requests_total', { format, outcome });
      deps.logger.debug({ source, format, accepted, rejected }, 'Telemetry ingested');
    } catch (error) {
      dropBody(request);
      const problem = ingestProblemOf(error);
      deps.metrics.increment('sentinel_ingest_requests_total', { format, outcome: outcomeOf(error, problem) });
      if (problem.status >= 500) deps.logger.error({ err: error, format }, 'An ingest request failed');
      if (error instanceof BodyAborted)
        deps.logger.info({ format }, 'A sender went away before its request was complete');
      surface.fail(request, reply, problem);
    }
    return reply;
  };

const authorise = (
  { findSource }: IngestRouteDeps,
  { isOpen, tokenSetting }: IngestRouteOptions,
  { tokenHint, tokenOf }: IngestSurface,
  request: FastifyRequest,
  reply: FastifyReply,
): string => {
  if (!isOpen) {
    const detail = `Ingest is off: no source has a token. Set one with ${tokenSetting}.`;
    throw new IngestRefusal({ status: 403, detail });
  }
  const source = findSource(tokenOf(request));
  if (source !== undefined) return source;
  void reply.header('www-authenticate', 'Bearer realm="ingest"');
  throw new IngestRefusal({ status: 401, detail: tokenHint });
};
