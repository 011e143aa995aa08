import { AppError, type AppErrorCode, isAppError } from '#kernel/errors.ts';

interface Fault {
  readonly pattern: RegExp;
  readonly code: AppErrorCode;
  readonly isRetryable: boolean;
  readonly userMessage: string;
}

// A failed COMMIT tells of memory inside of a sentence of its own.
const MEMORY = /Out of Memory Error|failed to (?:pin|allocate)/i;
const LOST = /^FATAL Error|has been invalidated/;
const INTERRUPTED = /^INTERRUPT Error/;
// What is left open where even a ROLLBACK failed: the connection can write no more.
const STUCK = /current transaction is aborted|cannot start a transaction within/i;

const OF_QUERIES: readonly Fault[] = [
  {
    pattern: LOST,
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The telemetry store cannot go on with its file after a fault. The log says which.',
  },
  {
    pattern: MEMORY,
    code: 'limit-exceeded',
    isRetryable: false,
    userMessage:
      'This needs more memory than the telemetry store may use. Narrow the time range, or group by fewer fields.',
  },
  {
    pattern: INTERRUPTED,
    code: 'timeout',
    isRetryable: true,
    userMessage: 'The telemetry store was stopped before it had an answer. Try again.',
  },
  {
    pattern: /^(IO|INTERNAL) Error|connection (?:was|is) (?:closed|disconnected)/i,
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The telemetry store cannot be read or written. Check the free disk space of the data directory.',
  },
];
const OTHER_OF_QUERIES: Omit<Fault, 'pattern'> = {
  code: 'rejected',
  isRetryable: false,
  userMessage: 'The telemetry store could not run this. Rephrase the query, or simplify it.',
};

const OF_WRITES: readonly Fault[] = [
  {
    pattern: LOST,
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The telemetry store could not write and cannot go on with its file. Send the rows again in a moment.',
  },
  {
    pattern: MEMORY,
    code: 'limit-exceeded',
    isRetryable: true,
    userMessage: 'The telemetry store has no memory left to write these rows. Send them again in a moment.',
  },
  {
    pattern: INTERRUPTED,
    code: 'timeout',
    isRetryable: true,
    userMessage: 'The telemetry store was stopped before it had written the rows. Send them again.',
  },
  {
    pattern: /^(?:Conversion|Constraint|Out of Range) Error/,
    code: 'rejected',
    isRetryable: false,
    userMessage: 'The telemetry store cannot hold a value of these rows. None of them was stored.',
  },
];
// A sender drops what is refused for good, so that is only said of what the rows themselves are to blame for.
const OTHER_OF_WRITES: Omit<Fault, 'pattern'> = {
  code: 'unavailable',
  isRetryable: true,
  userMessage:
    'The telemetry store could not write. Check the free disk space of the data directory; the rows can be sent again.',
};

const faultOf = (faults: readonly Fault[], other: Omit<Fault, 'pattern'>, error: unknown): AppError => {
  if (isAppError(error)) return error;
  const text = error instanceof Error ? error.message : '';
  const { code, isRetryable, userMessage } = faults.find(({ pattern }) => pattern.test(text)) ?? other;
  return new AppError({ code, isRetryable, userMessage, cause: error });
};

/** Translates what DuckDB threw at a query; its own text stays in `cause`. */
export const duckdbFault = (error: unknown): AppError => faultOf(OF_QUERIES, OTHER_OF_QUERIES, error);

/** Translates what DuckDB threw at a write, which can be tried again unless its rows are to blame. */
export const duckdbWriteFault = (error: unknown): AppError => faultOf(OF_WRITES, OTHER_OF_WRITES, error);

/** Whether the file has to be opened again before it can be used on. */
export const isLost = (error: unknown): boolean => {
  const cause = isAppError(error) ? error.cause : error;
  return cause instanceof Error && (LOST.test(cause.message) || STUCK.test(cause.message));
};
