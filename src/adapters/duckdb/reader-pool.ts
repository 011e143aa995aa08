import { setTimeout as pause } from 'node:timers/promises';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { AppError } from '#kernel/errors.ts';
import { duckdbFault } from './duckdb-fault.ts';
import { MAX_STOPPING_MS, MAX_WAITING_QUERIES } from './telemetry-limits.ts';

// An interrupt that arrives before DuckDB began the statement is lost, so it is repeated.
const INTERRUPT_EVERY_MS = 20;

const URGENT_CONNECTIONS = 1;

export interface ReadLimits {
  /** Waiting for a connection counts. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** May take the connection that is kept free for such reads, and goes before others that wait. */
  readonly isUrgent?: boolean | undefined;
}

/** What is done with a connection, until the signal says to stop. */
export type Work<Result> = (connection: DuckDBConnection, stopped: AbortSignal) => Promise<Result>;

/** A few connections for reading: more would take every thread that Node has for files and names. */
export interface ReaderPool {
  /** Throws AppError; `timeout` when the limit or the signal stopped it. */
  read<Result>(limits: ReadLimits, work: Work<Result>): Promise<Result>;
  /** Whether a statement runs. */
  isReading(): boolean;
  /**
   * Stops what runs, refuses what waits. False: a statement did not end within MAX_STOPPING_MS; its connection
   * stays open until it does, as closing it would wait for it with the whole process.
   */
  close(): Promise<boolean>;
}

type Stop = 'limit' | 'signal' | 'closing';

const stopFault = (stop: Stop, limits: ReadLimits, cause: unknown): AppError =>
  new AppError(
    stop === 'limit'
      ? {
          code: 'timeout',
          isRetryable: true,
          // Of several statements each has what the ones before it left.
          userMessage: `The query took longer than ${Number((limits.timeoutMs / 1000).toPrecision(2))} s and was stopped. Narrow the time range, or ask for less.`,
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
  readonly isUrgent: boolean;
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

/** With `size` connections for all, and one more for what is urgent. */
export const createReaderPool = async (instance: DuckDBInstance, size: number): Promise<ReaderPool> => {
  const idle = await Promise.all(Array.from({ length: size + URGENT_CONNECTIONS }, () => instance.connect()));
  /** Running reads that are not urgent. */
  let ordinary = 0;
  const waiting = new Set<Waiting>();
  const running = new Set<Promise<unknown>>();
  const closing = new AbortController();

  const takeIdle = (isUrgent: boolean): DuckDBConnection | undefined => {
    if (!isUrgent && ordinary >= size) return undefined;
    const connection = idle.pop();
    if (connection && !isUrgent) ordinary += 1;
    return connection;
  };

  let isClosed = false;

  const release = (connection: DuckDBConnection, wasUrgent: boolean): void => {
    if (isClosed) {
      connection.closeSync();
      return;
    }
    idle.push(connection);
    if (!wasUrgent) ordinary -= 1;
    const inOrder = [...waiting];
    const next = inOrder.find(({ isUrgent }) => isUrgent) ?? inOrder[0];
    const free = next && takeIdle(next.isUrgent);
    if (free) next.give(free);
  };

  const acquire = async (stopped: AbortSignal, isUrgent: boolean): Promise<DuckDBConnection> => {
    const connection = takeIdle(isUrgent);
    if (connection) return connection;
    if (waiting.size >= MAX_WAITING_QUERIES && !isUrgent) {
      throw new AppError({
        code: 'limit-exceeded',
        isRetryable: true,
        userMessage: `More than ${MAX_WAITING_QUERIES} queries wait for the telemetry store. Try again in a moment.`,
      });
    }
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        isUrgent,
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
    isUrgent: boolean,
  ): Promise<Result> => {
    let repeat: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection.interrupt();
      repeat ??= setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
    };
    const finish = (): void => {
      stopped.removeEventListener('abort', interrupt);
      clearInterval(repeat);
      release(connection, isUrgent);
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
        const isUrgent = limits.isUrgent === true;
        const connection = await acquire(controller.signal, isUrgent);
        return await runOn(connection, controller.signal, work, isUrgent);
      } catch (error) {
        throw stop === undefined ? duckdbFault(error) : stopFault(stop, limits, error);
      } finally {
        clearTimeout(timer);
        limits.signal?.removeEventListener('abort', onSignal);
        closing.signal.removeEventListener('abort', onClosing);
      }
    },
    isReading: () => running.size > 0,
    close: async () => {
      closing.abort();
      const ended = Promise.allSettled(running).then(() => true);
      const limit = new AbortController();
      const hasEnded = await Promise.race([ended, pause(MAX_STOPPING_MS, false, { signal: limit.signal })]);
      limit.abort();
      isClosed = true;
      for (const connection of idle.splice(0)) connection.closeSync();
      return hasEnded;
    },
  };
};
