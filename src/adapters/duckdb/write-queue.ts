import { AppError } from '#kernel/errors.ts';
import { MAX_PENDING_ROWS } from './telemetry-limits.ts';

/** Runs writes one after the other, in the order of their calls. */
export interface WriteQueue {
  /** `rows`: how much the write adds to what waits. Throws AppError `limit-exceeded` when too much waits. */
  run<Result>(rows: number, write: () => Promise<Result>): Promise<Result>;
  /** Refuses further writes and waits for those that were taken. */
  close(): Promise<void>;
}

export const createWriteQueue = (): WriteQueue => {
  let tail: Promise<unknown> = Promise.resolve();
  let pendingRows = 0;
  let isClosed = false;
  const settle = async <Result>(before: Promise<unknown>, write: () => Promise<Result>): Promise<Result> => {
    await before;
    return write();
  };
  return {
    run: async (rows, write) => {
      if (isClosed) {
        throw new AppError({
          code: 'unavailable',
          isRetryable: false,
          userMessage: 'The telemetry store is closed: Sentinel is stopping.',
        });
      }
      if (pendingRows > 0 && pendingRows + rows > MAX_PENDING_ROWS) {
        throw new AppError({
          code: 'limit-exceeded',
          isRetryable: true,
          userMessage: `More than ${MAX_PENDING_ROWS} telemetry rows wait to be written. Send them again in a moment.`,
        });
      }
      pendingRows += rows;
      const result = settle(tail, write);
      tail = result.catch(() => undefined);
      try {
        return await result;
      } finally {
        pendingRows -= rows;
      }
    },
    close: async () => {
      isClosed = true;
      await tail;
    },
  };
};
