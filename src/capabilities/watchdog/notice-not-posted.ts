import { isAppError } from '#kernel/errors.ts';

/** What was to be said was found out, but the board did not take it; the next check tries again. */
export class NoticeNotPosted extends Error {
  /** Of the board's fault. */
  readonly code: string;

  constructor(headline: string, cause: unknown) {
    super(`The notice was not posted: ${headline}`, { cause });
    this.name = 'NoticeNotPosted';
    this.code = isAppError(cause) ? cause.code : 'bug';
  }
}
