import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OUTBOX_RELAY_LIMITS, type OutboxRelay, startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { forgetOutbox } from '#database/forget-outbox.ts';
import { addToOutbox, type OutboxEntry } from '#database/outbox.ts';
import type { StateStore } from '#database/state-store.ts';
import { AppError } from '#kernel/errors.ts';
import type { JobRequest } from '#ports/job-queue.ts';
import { openTestState } from '../../support/state.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const UNAVAILABLE = new AppError({ code: 'unavailable', isRetryable: true, userMessage: 'The queue is away.' });
const REJECTED = new AppError({ code: 'rejected', isRetryable: false, userMessage: 'No such job.' });

describe('outbox relay', () => {
  let store: StateStore;
  let relay: OutboxRelay | undefined;
  let now: Date;
  let enqueued: JobRequest[];
  let enqueue: (request: JobRequest) => Promise<void>;
  let logger: ReturnType<typeof recordingLogger>;
  let metrics: ReturnType<typeof recordingMetrics>;

  beforeEach(async () => {
    store = await openTestState();
    now = new Date('2026-11-20T10:00:00Z');
    enqueued = [];
    enqueue = (request) => Promise.resolve(void enqueued.push(request));
    logger = recordingLogger();
    metrics = recordingMetrics();
  });
  afterEach(async () => {
    await relay?.stop();
    relay = undefined;
    await store.close();
  });

  const start = async (limits: Partial<typeof OUTBOX_RELAY_LIMITS> = {}): Promise<void> => {
    relay = await startOutboxRelay(
      {
        stateStore: store,
        jobQueue: { enqueue: (request) => enqueue(request) },
        clock: { now: () => now },
        logger,
        metrics,
      },
      // Too long for the backup to help, unless a test asks for it.
      { ...OUTBOX_RELAY_LIMITS, pollMs: 60_000, ...limits },
    );
  };
  const write = (...entries: Partial<OutboxEntry>[]): Promise<void> =>
    store.db.transaction().execute(async (trx) => {
      for (const entry of entries) await addToOutbox(trx, { job: 'test.run', payload: {}, priority: 1, ...entry });
    });
  const pending = async (): Promise<number> => {
    const rows = await store.db.selectFrom('outbox').select('id').where('enqueued_at', 'is', null).execute();
    return rows.length;
  };
  const settle = (condition: () => unknown): Promise<unknown> =>
    vi.waitFor(condition, { timeout: 10_000, interval: 5 });

  test('enqueues at commit, without waiting for the poll, and marks the row', async () => {
    await start();
    await write({ job: 'incident.sync', payload: { id: 'a' }, priority: 2 });
    await settle(() => expect(enqueued).toHaveLength(1));
    expect(enqueued[0]).toMatchObject({ name: 'incident.sync', payload: { id: 'a' }, priority: 2 });
    expect(enqueued[0]?.id).toMatch(/^outbox-1-\d+$/);
    await settle(async () => expect(await pending()).toBe(0));
    await settle(() => expect(metrics.values.get('sentinel_outbox_pending')).toBe(0));
  });

  test('enqueues what was committed before it started, by priority and then in order', async () => {
    await write({ payload: 'a', priority: 3 }, { payload: 'b', priority: 1 }, { payload: 'c', priority: 1 });
    await start();
    await settle(() => expect(enqueued.map(({ payload }) => payload)).toEqual(['b', 'c', 'a']));
  });

  test('takes more rows than one batch holds', async () => {
    await write(...Array.from({ length: 7 }, (_, payload) => ({ payload })));
    await start({ batchRows: 3 });
    await settle(async () => expect(await pending()).toBe(0));
    expect(enqueued.map(({ payload }) => payload)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('takes a row that is committed while a batch is under way', async () => {
    await start();
    enqueue = async (request) => {
      enqueued.push(request);
      if (enqueued.length === 1) await write({ payload: 'second' });
    };
    await write({ payload: 'first' });
    await settle(() => expect(enqueued.map(({ payload }) => payload)).toEqual(['first', 'second']));
  });

  test('polls as a backup of the notification', async () => {
    relay = await startOutboxRelay(
      {
        stateStore: { db: store.db, listen: () => Promise.resolve(() => Promise.resolve()) },
        jobQueue: { enqueue: (request) => enqueue(request) },
        clock: { now: () => now },
        logger,
        metrics,
      },
      { ...OUTBOX_RELAY_LIMITS, pollMs: 20 },
    );
    await write({});
    await settle(() => expect(enqueued).toHaveLength(1));
  });

  test('keeps rows while the queue is away, pauses longer each time, and enqueues them when it is back', async () => {
    let calls = 0;
    enqueue = () => Promise.reject((calls++, UNAVAILABLE));
    await write({ payload: 'a' }, { payload: 'b' });
    await start({ pollMs: 5, mostPauseMs: 1_000 });
    const pauses = (): unknown[] => logger.lines.map(({ fields }) => fields['pauseMs']);
    await settle(() => expect(pauses()).toEqual([5]));
    for (const expected of [
      [5, 10],
      [5, 10, 20],
    ]) {
      now = new Date(now.getTime() + 1_000);
      await settle(() => expect(pauses()).toEqual(expected));
    }
    expect(calls).toBe(3);
    expect(await pending()).toBe(2);
    enqueue = (request) => Promise.resolve(void enqueued.push(request));
    now = new Date(now.getTime() + 1_000);
    await settle(() => expect(enqueued.map(({ payload }) => payload)).toEqual(['a', 'b']));
  });

  test('marks what was enqueued before the queue went away', async () => {
    enqueue = (request) => {
      if (request.payload === 'b') return Promise.reject(UNAVAILABLE);
      return Promise.resolve(void enqueued.push(request));
    };
    await write({ payload: 'a' }, { payload: 'b' });
    await start();
    await settle(async () => expect(await pending()).toBe(1));
    expect(enqueued.map(({ payload }) => payload)).toEqual(['a']);
  });

  test('sets a row aside that is refused for its own sake, and goes on with the others', async () => {
    enqueue = (request) => {
      if (request.name === 'test.unknown') return Promise.reject(REJECTED);
      return Promise.resolve(void enqueued.push(request));
    };
    await write({ job: 'test.unknown' }, { payload: 'next' });
    await start({ pollMs: 5 });
    await settle(() => expect(enqueued.map(({ payload }) => payload)).toEqual(['next']));
    await settle(() => expect(metrics.values.get('sentinel_outbox_pending')).toBe(1));
    enqueue = (request) => Promise.resolve(void enqueued.push(request));
    now = new Date(now.getTime() + OUTBOX_RELAY_LIMITS.setAsideMs + 1);
    await settle(() => expect(enqueued.map(({ name }) => name)).toEqual(['test.run', 'test.unknown']));
    expect(logger.lines.map(({ level }) => level)).toEqual(['error']);
  });

  test('gives a row the same job id when it is enqueued again', async () => {
    enqueue = (request) => (enqueued.push(request), Promise.reject(UNAVAILABLE));
    await write({});
    await start({ pollMs: 5 });
    await settle(() => expect(enqueued).toHaveLength(1));
    now = new Date(now.getTime() + 1_000);
    await settle(() => expect(enqueued).toHaveLength(2));
    expect(enqueued[1]?.id).toBe(enqueued[0]?.id);
  });

  test('stops after the row at hand and leaves the others for the next start', async () => {
    const gate = Promise.withResolvers<void>();
    enqueue = (request) => (enqueued.push(request), gate.promise);
    await write({ payload: 'a' }, { payload: 'b' });
    await start();
    await settle(() => expect(enqueued).toHaveLength(1));
    const stopping = relay?.stop();
    gate.resolve();
    await stopping;
    expect(enqueued.map(({ payload }) => payload)).toEqual(['a']);
    expect(await pending()).toBe(1);
  });

  test('forgets rows that became jobs, never pending ones', async () => {
    await write({ payload: 'a' }, { payload: 'b' });
    await store.db.updateTable('outbox').set({ enqueued_at: now }).where('id', '=', 1).execute();
    expect(await forgetOutbox(store.db, new Date(now.getTime() + 1))).toBe(1);
    expect(await store.db.selectFrom('outbox').select('id').execute()).toEqual([{ id: 2 }]);
  });
});
