import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '#kernel/errors.ts';
import { duckdbFault } from './duckdb-fault.ts';
import { MAX_WAITING_QUERIES } from './telemetry-limits.ts';

// An interrupt that arrives before DuckDB began the statement is lost, so it is repeated.
const INTERRUPT_EVERY_MS = 20;

export interface ReadLimits {
  /** Waiting for a connection counts. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** What is done with a connection, until the signal says to stop. */
export type Work<Result> = (connection: DuckDBConnection, stopped: AbortSignal) => Promise<Result>;

/** A few connections for reading: more would take every thread that Node has for files and names. */
export interface ReaderPool {
  /** Throws AppError; `timeout` when the limit or the signal stopped it. */
  read<Result>(limits: ReadLimits, work: Work<Result>): Promise<Result>;
  /** Stops what runs, refuses what waits. */
  close(): Promise<void>;
}

type Stop = 'limit' | 'signal' | 'closing';

const stopFault = (stop: Stop, limits: ReadLimits, cause: unknown): AppError =>
  new AppError(
    stop === 'limit'
      ? {
          code: 'timeout',
          isRetryable: true,
          userMessage: `The query took longer than ${limits.timeoutMs / 1000} s and was stopped. Narrow the time range, or ask for less.`,
          cause,
        }
      : stop === 'signal'
        ? { code: 'timeout', isRetryable: true, userMessage: 'The query was stopped before it had an answer.', cause }
        : {
            code: 'unavailable',
            isRetryable: false,
            userMessage: 'The telemetry store is closed: Sentinel is stopping.',
            cause,
          },
  );

interface Waiting {
  give(connection: DuckDBConnection): void;
  refuse(): void;
}

/** DuckDB ends a statement between two of its steps, of which one may take long; nobody waits for that. */
const untilStopped = <Result>(result: Promise<Result>, stopped: AbortSignal): Promise<Result> =>
  new Promise((resolve, reject) => {
    const stop = (): void => reject(stopped.reason as Error);
    stopped.addEventListener('abort', stop, { once: true });
    result.then(resolve, reject).finally(() => stopped.removeEventListener('abort', stop));
  });

export const createReaderPool = async (instance: DuckDBInstance, size: number): Promise<ReaderPool> => {
  const connections = await Promise.all(Array.from({ length: size }, () => instance.connect()));
  const idle = [...connections];
  const waiting = new Set<Waiting>();
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();

  const release = (connection: DuckDBConnection): void => {
    const [next] = waiting;
    if (next) next.give(connection);
    else idle.push(connection);
  };

  const acquire = async (stopped: AbortSignal): Promise<DuckDBConnection> => {
    const connection = idle.pop();
    if (connection) return connection;
    if (waiting.size >= MAX_WAITING_QUERIES) {
      throw new AppError({
        code: 'limit-exceeded',
        isRetryable: true,
        userMessage: `More than ${MAX_WAITING_QUERIES} queries wait for the telemetry store. Try again in a moment.`,
      });
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        give: (given) => {
          leave();
          resolve(given);
        },
        refuse: () => {
          leave();
          reject(new Error('Stopped while waiting for a connection'));
        },
      };
      const leave = (): void => {
        waiting.delete(entry);
        stopped.removeEventListener('abort', entry.refuse);
      };
      waiting.add(entry);
      stopped.addEventListener('abort', entry.refuse);
    });
  };

  const runOn = async <Result>(
    connection: DuckDBConnection,
    stopped: AbortSignal,
    work: Work<Result>,
  ): Promise<Result> => {
    let repeat: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection.interrupt();
      repeat ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
    };
    const finish = (): void => {
      stopped.removeEventListener('abort', interrupt);
      clearInterval(repeat);
      release(connection);
    };
    if (stopped.aborted) {
      finish();
      throw stopped.reason;
    }
    stopped.addEventListener('abort', interrupt);
    const result = work(connection, stopped).finally(finish);
    running.add(result);
    void result.catch(() => undefined).finally(() => running.delete(result));
    return untilStopped(result, stopped);
  };

  return {
    read: async (limits, work) => {
      const controller = new AbortController();
      let stop: Stop | undefined;
      const stopBecause = (reason: Stop) => () => {
        stop ??= reason;
        controller.abort(new Error(`Stopped: ${reason}`));
      };
      const [atLimit, onSignal, onClosing] = [stopBecause('limit'), stopBecause('signal'), stopBecause('closing')];
      const timer = setTimeout(atLimit, limits.timeoutMs);
      limits.signal?.addEventListener('abort', onSignal);
      closing.signal.addEventListener('abort', onClosing);
      try {
        if (limits.timeoutMs <= 0) atLimit();
        if (limits.signal?.aborted) onSignal();
        if (closing.signal.aborted) onClosing();
        controller.signal.throwIfAborted();
        const connection = await acquire(controller.signal);
        return await runOn(connection, controller.signal, work);
      } catch (error) {
        throw stop === undefined ? duckdbFault(error) : stopFault(stop, limits, error);
      } finally {
        clearTimeout(timer);
        limits.signal?.removeEventListener('abort', onSignal);
        closing.signal.removeEventListener('abort', onClosing);
      }
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(running);
      for (const connection of connections) connection.closeSync();
    },
  };
};
