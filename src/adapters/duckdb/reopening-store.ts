import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { isLost } from './duckdb-fault.ts';
import { FIRST_REOPEN_PAUSE_MS, LAST_REOPEN_PAUSE_MS } from './telemetry-limits.ts';

export interface AbandonableStore extends TelemetryStore {
  /** Ends it without a checkpoint. Returns once the file is free; may be called again when it throws. */
  abandon(): Promise<void>;
}

export interface ReopeningDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: () => Promise<AbandonableStore>;
}

const RETRY_AFTER_MS = 1_000;

const unavailable = (userMessage: string, cause: unknown): AppError =>
  new AppError({ code: 'unavailable', isRetryable: true, retryAfterMs: RETRY_AFTER_MS, userMessage, cause });

/**
 * A store that DuckDB gave up after a fault is closed and its file opened again, once for all callers; the
 * write-ahead log holds what was acknowledged. Meanwhile each call throws AppError `unavailable`, and where the
 * file cannot be opened, calls try it again, with growing pauses.
 */
export const openReopeningStore = async ({ clock, logger, open }: ReopeningDeps): Promise<TelemetryStore> => {
  let store = await open();
  /** Why the store cannot be used; null while it can. */
  let fault: AppError | null = null;
  let reopening: Promise<void> | null = null;
  let pauseMs = FIRST_REOPEN_PAUSE_MS;
  let nextAttemptMs = 0;
  let isClosed = false;

  const reopen = async (cause: unknown): Promise<void> => {
    try {
      await store.abandon();
      if (isClosed) return;
      store = await open();
      fault = null;
      pauseMs = FIRST_REOPEN_PAUSE_MS;
      logger.info({}, 'The telemetry file is open again');
    } catch (error) {
      const why = isAppError(error) ? `${error.userMessage} ` : '';
      fault = unavailable(
        `The embedded telemetry store ran into a fault and could not be opened again. ${why}It is tried again at the next call.`,
        cause,
      );
      nextAttemptMs = clock.now().getTime() + pauseMs;
      pauseMs = Math.min(LAST_REOPEN_PAUSE_MS, pauseMs * 2);
      logger.error({ err: error }, 'The telemetry file could not be opened again; it is tried again');
    } finally {
      reopening = null;
    }
  };

  const lose = (cause: unknown): AppError => {
    const lost = unavailable(
      'The embedded telemetry store ran into a fault and is being opened again. Try again in a moment.',
      cause,
    );
    fault = lost;
    logger.error({ err: cause }, 'The telemetry store ran into a fault; its file is closed and opened again');
    reopening = reopen(cause);
    return lost;
  };

  const currentFault = (): AppError | null => fault;

  const use = async <Result>(call: (using: TelemetryStore) => Promise<Result>): Promise<Result> => {
    if (fault) {
      const told = fault;
      if (!reopening && !isClosed && clock.now().getTime() >= nextAttemptMs) reopening = reopen(told.cause);
      // A caller that tries again at once would keep the event loop from opening the file.
      await nextTurn();
      throw told;
    }
    const using = store;
    try {
      return await call(using);
    } catch (error) {
      if (isClosed) throw error;
      if (using !== store)
        throw unavailable('The embedded telemetry store was opened again after a fault. Try again.', error);
      // What was under way, or waited, when another call met the fault fails by it as well.
      const told = currentFault();
      if (told) throw told;
      throw isLost(error) ? lose(error) : error;
    }
  };

  return {
    append: (batch) => use((using) => using.append(batch)),
    query: (request) => use((using) => using.query(request)),
    replaceLookup: (table) => use((using) => using.replaceLookup(table)),
    deleteOlderThan: (limits) => use((using) => using.deleteOlderThan(limits)),
    ping: (timeoutMs) => use((using) => using.ping(timeoutMs)),
    schema: () => store.schema(),
    futureRows: () => store.futureRows(),
    close: async () => {
      isClosed = true;
      await reopening;
      // A store that was abandoned is closed, or cannot be.
      await store.close();
    },
  };
};
