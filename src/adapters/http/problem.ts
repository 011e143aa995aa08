import type { FastifyReply } from 'fastify';
import { isAppError, type AppError } from '#kernel/errors.ts';

const PROBLEM_TYPE = 'application/problem+json';

/** What a problem document says (RFC 9457); `type` is `about:blank`, so the title is the status's. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  /** Extension members. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const STATUS_OF_CODE: Readonly<Record<AppError['code'], number>> = {
  unavailable: 503,
  timeout: 504,
  'rate-limited': 429,
  rejected: 422,
  'limit-exceeded': 429,
  'not-permitted': 403,
  'data-directory-locked': 500,
  'database-in-use': 500,
  configuration: 500,
};

const DEFAULT_RETRY_SECONDS = 1;

const statusOf = (error: unknown): number => {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
};

/** The one mapper from faults to HTTP: an AppError's own sentence, and never anybody else's text. */
export const problemOf = (error: unknown): Problem => {
  if (isAppError(error)) {
    const seconds = error.retryAfterMs === undefined ? DEFAULT_RETRY_SECONDS : Math.ceil(error.retryAfterMs / 1000);
    return {
      status: STATUS_OF_CODE[error.code],
      detail: error.userMessage,
      ...(error.isRetryable ? { retryAfterSeconds: seconds } : {}),
    };
  }
  const status = statusOf(error);
  return status === 500
    ? { status, detail: 'Sentinel failed to answer this request. Its log says why.' }
    : { status, detail: `The request was refused: ${(TITLES[status] ?? 'it is malformed').toLowerCase()}.` };
};

export const sendProblem = (reply: FastifyReply, problem: Problem): FastifyReply => {
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .send(
      JSON.stringify({
        title: TITLES[problem.status] ?? 'Error',
        status: problem.status,
        detail: problem.detail,
        ...problem.extra,
      }),
    );
};
