/** What kind of fault of the outside world it was; surfaces map it to a status, jobs to a retry. */
export type AppErrorCode =
  | 'unavailable'
  | 'timeout'
  | 'rate-limited'
  | 'rejected'
  | 'limit-exceeded'
  | 'not-permitted'
  | 'data-directory-locked'
  | 'database-in-use'
  | 'configuration';

export interface AppErrorOptions {
  readonly code: AppErrorCode;
  /** Whether the same call may succeed later. */
  readonly isRetryable: boolean;
  /** Safe to show to a responder: what happened, what it means, what to do. */
  readonly userMessage: string;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/**
 * A fault of the outside world, translated at the adapter's edge. The cause is for
 * logs only; nothing but `userMessage` reaches Slack, HTTP or a model.
 */
export class AppError extends Error {
  readonly code: AppErrorCode;
  readonly isRetryable: boolean;
  readonly userMessage: string;
  readonly retryAfterMs: number | undefined;

  constructor(options: AppErrorOptions) {
    super(options.userMessage, { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.isRetryable = options.isRetryable;
    this.userMessage = options.userMessage;
    this.retryAfterMs = options.retryAfterMs;
  }
}

export const isAppError = (error: unknown): error is AppError => error instanceof AppError;
