import { AppError, isAppError } from '#kernel/errors.ts';

const FAULTS = [
  {
    pattern: /^Out of Memory Error/,
    code: 'limit-exceeded',
    isRetryable: false,
    userMessage:
      'This needs more memory than the telemetry store may use. Narrow the time range, or group by fewer fields.',
  },
  {
    pattern: /^INTERRUPT Error/,
    code: 'timeout',
    isRetryable: true,
    userMessage: 'The telemetry store was stopped before it had an answer. Try again.',
  },
  {
    pattern: /^(IO|FATAL|INTERNAL) Error|has been invalidated|connection (?:was|is) (?:closed|disconnected)/i,
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The telemetry store cannot be read or written. Check the free disk space of the data directory.',
  },
] as const;

/** Translates what DuckDB threw; its own text stays in `cause`. */
export const duckdbFault = (error: unknown): AppError => {
  if (isAppError(error)) return error;
  const text = error instanceof Error ? error.message : '';
  const known = FAULTS.find((fault) => fault.pattern.test(text));
  return new AppError({
    code: known?.code ?? 'rejected',
    isRetryable: known?.isRetryable ?? false,
    userMessage: known?.userMessage ?? 'The telemetry store could not run this. Rephrase the query, or simplify it.',
    cause: error,
  });
};
