import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openDuckdbTelemetryStore } from '#adapters/duckdb/duckdb-telemetry-store.ts';
import { type AbandonableStore, openReopeningStore } from '#adapters/duckdb/reopening-store.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';
import { ask, logOf, NOW } from '../../contracts/telemetry-store-questions.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const TOTAL = 'FROM logs | STATS n = COUNT(*)';

const faultOf = async (work: Promise<unknown>): Promise<AppError> => {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};

let logger: ReturnType<typeof recordingLogger>;
beforeEach(() => {
  logger = recordingLogger();
});

const errors = (): readonly string[] =>
  logger.lines.filter(({ level }) => level === 'error').map((line) => line.message);

/** Until a call works that fails, for now, as one that can be tried again. */
const persist = async <Result>(call: () => Promise<Result>): Promise<Result> => {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isAppError(error) || !error.isRetryable) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
};

describe('a store whose memory is filled by queries while rows are written', () => {
  test('loses nothing that it acknowledged, and goes on', { timeout: 120_000 }, async () => {
    const file = join(temporaryDirectory(), 'telemetry.duckdb');
    const open = (memoryLimit: string): Promise<TelemetryStore> =>
      openDuckdbTelemetryStore(
        { clock: { now: () => NOW }, logger, metrics: recordingMetrics() },
        { file, memoryLimit, dataDirectorySetting: 'dataDirectory', maxSpill: '100MB' },
      );
    const store = await open('64MB');
    const controller = new AbortController();
    const fill = async (): Promise<void> => {
      while (!controller.signal.aborted) {
        await ask(
          store,
          'FROM logs | INLINE STATS v = VALUES(message) BY service.name | EVAL n = MV_COUNT(MV_SORT(v)) | STATS m = MAX(n)',
          { signal: controller.signal },
        ).catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const filling = [fill(), fill()];
    let acknowledged = 0;
    const faults: AppError[] = [];
    for (let batch = 0; errors().length === 0; batch += 1) {
      const logs = Array.from({ length: 2_000 }, (_, at) => logOf({ message: `${batch} ${at} ${'x'.repeat(100)}` }));
      try {
        acknowledged += (await store.append({ logs })).accepted;
      } catch (error) {
        faults.push(error as AppError);
      }
    }
    controller.abort();
    await Promise.all(filling);
    expect(faults.filter(({ isRetryable }) => !isRetryable)).toEqual([]);
    await persist(() => store.append({ logs: [logOf({ message: 'after' })] }));
    expect((await persist(() => ask(store, TOTAL))).rows[0]?.[0]).toBeGreaterThanOrEqual(acknowledged + 1);
    await store.close();
  });
});

describe('a store that DuckDB gave up', () => {
  const LOST = new Error('FATAL Error: Failed: database has been invalidated because of a previous fatal error.');

  /** Stores that accept one row each, or are lost, in the order of their opening. */
  const opening = (...stores: readonly ('good' | 'lost' | 'unopenable')[]) => {
    let nowMs = 0;
    let opened = 0;
    const ended: string[] = [];
    const gate = Promise.withResolvers<void>();
    const open = async (): Promise<AbandonableStore> => {
      const name = `${opened}`;
      const kind = stores[opened];
      opened += 1;
      if (opened > 1) await gate.promise;
      if (kind === 'unopenable') throw new AppError({ code: 'unavailable', isRetryable: false, userMessage: 'Full.' });
      const answer = async <Result>(result: Result): Promise<Result> => {
        if (kind === 'lost') throw LOST;
        return result;
      };
      return {
        append: () => answer({ accepted: 1, rejected: [] }),
        query: () => answer({ columns: [], rows: [], warnings: [], isCut: false, tookMs: 0 }),
        replaceLookup: () => answer(undefined),
        deleteOlderThan: () => answer({ logs: 0, spans: 0, metrics: 0 }),
        ping: () => answer(undefined),
        schema: () => new Map(),
        futureRows: () => [],
        close: async () => void ended.push(`${name} closed`),
        abandon: async () => void ended.push(`${name} abandoned`),
      };
    };
    return {
      store: openReopeningStore({ clock: { now: () => new Date(nowMs) }, logger, open }),
      openIt: gate.resolve,
      pass: (ms: number) => {
        nowMs += ms;
      },
      opened: () => opened,
      ended,
    };
  };

  test('is opened again once for all who call, who are told to try again', async () => {
    const world = opening('lost', 'good');
    const store = await world.store;
    const told = await Promise.all([1, 2, 3].map(() => faultOf(store.append({}))));
    told.push(await faultOf(store.ping(1)));
    expect(new Set(told.map(({ code, isRetryable }) => `${code} ${isRetryable}`))).toEqual(
      new Set(['unavailable true']),
    );
    expect(told[3]?.userMessage).toBe(
      'The embedded telemetry store ran into a fault and is being opened again. Try again in a moment.',
    );
    world.openIt();
    expect(await persist(() => store.append({}))).toEqual({ accepted: 1, rejected: [] });
    expect([world.opened(), world.ended]).toEqual([2, ['0 abandoned']]);
    expect(errors()).toHaveLength(1);
    expect(logger.lines.find(({ level }) => level === 'error')?.fields).toEqual({ err: LOST });
  });

  test('and cannot be opened is tried again at a call after a pause, and says so meanwhile', async () => {
    const world = opening('lost', 'unopenable', 'good');
    const store = await world.store;
    world.openIt();
    await faultOf(store.append({}));
    await expect.poll(() => errors().length).toBe(2);
    const fault = await faultOf(store.ping(1));
    expect(fault.userMessage).toContain('could not be opened again. Full. It is tried again');
    expect(world.opened()).toBe(2);
    world.pass(1_000);
    expect((await faultOf(store.ping(1))).isRetryable).toBe(true);
    await persist(() => store.ping(1));
    expect(world.opened()).toBe(3);
  });

  test('may be closed while it is opened again, and what was opened is closed as well', async () => {
    const world = opening('lost', 'good');
    const store = await world.store;
    await faultOf(store.append({}));
    const closing = store.close();
    world.openIt();
    await closing;
    expect(world.ended).toContain(`${world.opened() - 1} closed`);
  });
});
