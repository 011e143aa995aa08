import { AppError } from '#kernel/errors.ts';
import type { RejectedRow } from '#ports/telemetry-store.ts';

const RETRY_AFTER_MS = 1_000;

const askAgain = (userMessage: string): AppError =>
  new AppError({ code: 'limit-exceeded', isRetryable: true, retryAfterMs: RETRY_AFTER_MS, userMessage });

export const noRoom = (): AppError =>
  askAgain('Telemetry arrives faster than it can be written. Send this again in a moment.');

/** For senders that can repeat a request only as a whole. Throws AppError `limit-exceeded` where rows were refused for the moment. */
export const assertRoomForAll = (rejected: readonly RejectedRow[], rows: number): void => {
  const later = rejected.filter(({ isRetryable }) => isRetryable).length;
  if (later === 0) return;
  throw askAgain(
    `${later} of ${rows} rows could not be written for the moment. Send all of this again: what is stored and has a time of its own is not stored twice.`,
  );
};
