import { AppError } from '#kernel/errors.ts';

const BYTES_A_MB = 1_000_000;

/** An answer that is larger than `maxAnswerBytes`. */
export const answerTooLarge = (maxBytes: number, cause?: unknown): AppError =>
  new AppError({
    code: 'limit-exceeded',
    isRetryable: false,
    userMessage: `The answer is larger than ${Number((maxBytes / BYTES_A_MB).toPrecision(2))} MB and was stopped. Keep fewer columns, take fewer rows, or count with STATS.`,
    cause,
  });
