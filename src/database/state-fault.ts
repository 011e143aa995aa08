import { AppError } from '#kernel/errors.ts';

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

// What node-postgres says without a code when a connection or the wait for one ends.
const CONNECTION_LOST =
  /connection terminated|after calling end on the pool|timeout exceeded when trying to connect|client was closed|not queryable|connection error|PGlite is clos/i;

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

const unavailable = (cause: unknown): AppError =>
  new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The database of Sentinel cannot be reached. Nothing was changed; try again in a moment.',
    cause,
  });

/**
 * Translates a fault of the database server into AppError by SQLSTATE class (PostgreSQL
 * manual, appendix A). Anything else, such as a violated constraint, is returned as it is:
 * that is our own doing.
 */
export const toStateFault = (error: unknown): unknown => {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === '57014') {
    return new AppError({
      code: 'timeout',
      isRetryable: true,
      userMessage: 'The database of Sentinel took too long to answer. Nothing was changed; try again in a moment.',
      cause: error,
    });
  }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return new AppError({
      code: 'unavailable',
      isRetryable: true,
      userMessage: 'Somebody else changed the same thing at the same moment. Nothing was changed; try again.',
      cause: error,
    });
  }
  if (/^(08|28|3D|53|57P|58)/.test(code) || NETWORK_CODES.has(code)) return unavailable(error);
  if (code === '' && error instanceof Error && CONNECTION_LOST.test(error.message)) return unavailable(error);
  return error;
};

/** Runs it and rejects with what `toStateFault` makes of its error. */
export const withStateFaults = async <T>(run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    throw toStateFault(error);
  }
};
