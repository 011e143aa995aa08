import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BullmqJobQueue, createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import type { QueueConnection } from '#adapters/bullmq/queue-backend.ts';
import { systemClock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { seededRandom } from '#kernel/random.ts';
import type { JobContext, JobDefinition, JobOutcome } from '#ports/job-queue.ts';
import { recordingLogger, recordingMetrics } from '../support/recording.ts';

export interface QueueUnderTest {
  readonly connection: QueueConnection;
  close(): Promise<void>;
}

const DONE: JobOutcome = { kind: 'done' };

const definitionOf = (overrides: Partial<JobDefinition<unknown>> = {}): JobDefinition<unknown> => ({
  name: 'test.run',
  queue: 'slack',
  parse: (payload) => payload,
  run: () => Promise.resolve(DONE),
  attempts: 3,
  backoffMs: 20,
  timeoutMs: 5_000,
  ...overrides,
});

const until = (condition: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(condition, { timeout: 15_000, interval: 10 });

/** What every job queue must do, whatever it stores its jobs in. */
export const describeJobQueue = (backend: string, open: () => Promise<QueueUnderTest>): void => {
  describe(`job queue on ${backend}`, () => {
    let store: QueueUnderTest;
    let queues: BullmqJobQueue[];
    let logger: ReturnType<typeof recordingLogger>;
    let metrics: ReturnType<typeof recordingMetrics>;

    const openQueue = async (...definitions: JobDefinition<unknown>[]): Promise<BullmqJobQueue> => {
      const deps = { clock: systemClock, random: seededRandom(1), logger, metrics };
      const queue = await createBullmqJobQueue(deps, { definitions, connection: store.connection });
      queues.push(queue);
      return queue;
    };
    const startQueue = async (...definitions: JobDefinition<unknown>[]): Promise<BullmqJobQueue> => {
      const queue = await openQueue(...definitions);
      await queue.start();
      return queue;
    };
    const dead = (): number => metrics.values.get('sentinel_dead_jobs_total job=test.run') ?? 0;

    beforeEach(async () => {
      logger = recordingLogger();
      metrics = recordingMetrics();
      queues = [];
      store = await open();
    });
    afterEach(async () => {
      await Promise.all(queues.map((queue) => queue.drain(1_000)));
      await store.close();
    });

    test('runs a job with its payload and says that it is the first attempt', async () => {
      const runs: [unknown, number, boolean][] = [];
      const queue = await startQueue(
        definitionOf({
          run: (payload, context) => {
            runs.push([payload, context.attempt, context.isLastAttempt]);
            return Promise.resolve(DONE);
          },
        }),
      );
      await queue.enqueue({ name: 'test.run', payload: { incident: 7 } });
      await until(() => expect(runs).toEqual([[{ incident: 7 }, 1, false]]));
      await until(() => expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1));
    });

    test('takes no job before it is started', async () => {
      let runs = 0;
      const queue = await openQueue(definitionOf({ run: () => Promise.resolve((runs++, DONE)) }));
      await queue.enqueue({ name: 'test.run', payload: null });
      expect(await queue.depths()).toContainEqual({ queue: 'slack', waiting: 1, active: 0, delayed: 0, failed: 0 });
      expect(runs).toBe(0);
      await queue.start();
      await until(() => expect(runs).toBe(1));
    });

    test('retries a failing job until its last attempt and counts it as dead', async () => {
      const attempts: [number, boolean][] = [];
      const queue = await startQueue(
        definitionOf({
          run: (_payload, { attempt, isLastAttempt }) => {
            attempts.push([attempt, isLastAttempt]);
            return Promise.reject(new Error('the other side is down'));
          },
        }),
      );
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(dead()).toBe(1));
      expect(attempts).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ]);
      expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=failed')).toBe(2);
      expect(logger.lines.filter(({ level }) => level === 'error').map(({ message }) => message)).toEqual([
        'A job was given up',
      ]);
      expect(await queue.depths()).toContainEqual(expect.objectContaining({ queue: 'slack', failed: 1 }));
    });

    test('gives up at once on a payload that the definition refuses', async () => {
      const run = vi.fn(() => Promise.resolve(DONE));
      const parse = (): never => {
        throw new Error('incident id is missing');
      };
      const queue = await startQueue(definitionOf({ parse, run, deduplicationKey: () => 'key' }));
      await queue.enqueue({ name: 'test.run', payload: {} });
      await until(() => expect(dead()).toBe(1));
      expect(run).not.toHaveBeenCalled();
    });

    test('gives up at once on a fault that no retry can help', async () => {
      const run = vi.fn(() =>
        Promise.reject(new AppError({ code: 'rejected', isRetryable: false, userMessage: 'The channel is archived.' })),
      );
      const queue = await startQueue(definitionOf({ run }));
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(dead()).toBe(1));
      expect(run).toHaveBeenCalledTimes(1);
    });

    test('waits as long as the fault asks for', async () => {
      const startedAt: number[] = [];
      const fault = new AppError({ code: 'rate-limited', isRetryable: true, userMessage: 'Slow.', retryAfterMs: 400 });
      const queue = await startQueue(
        definitionOf({
          run: () => {
            startedAt.push(Date.now());
            return startedAt.length === 1 ? Promise.reject(fault) : Promise.resolve(DONE);
          },
        }),
      );
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(startedAt).toHaveLength(2));
      expect((startedAt[1] ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThanOrEqual(395);
    });

    test('aborts a run at its time limit and counts the attempt', async () => {
      const signals: AbortSignal[] = [];
      const queue = await startQueue(
        definitionOf({
          attempts: 2,
          timeoutMs: 50,
          run: (_payload, { signal }) => {
            signals.push(signal);
            return new Promise(() => undefined);
          },
        }),
      );
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(dead()).toBe(1));
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    });

    test('runs a delayed job again without counting an attempt', async () => {
      const attempts: number[] = [];
      const queue = await startQueue(
        definitionOf({
          attempts: 1,
          run: (_payload, { attempt }) => {
            attempts.push(attempt);
            if (attempts.length === 3) return Promise.resolve(DONE);
            return Promise.resolve({ kind: 'delayed', until: new Date(Date.now() + 30) });
          },
        }),
      );
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1));
      expect(attempts).toEqual([1, 1, 1]);
      expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=delayed')).toBe(2);
      expect(dead()).toBe(0);
    });

    test('takes the same id once, also after its job has run', async () => {
      const payloads: unknown[] = [];
      const queue = await startQueue(
        definitionOf({ run: (payload) => Promise.resolve((payloads.push(payload), DONE)) }),
      );
      await queue.enqueue({ name: 'test.run', payload: 'first', id: 'outbox-1' });
      await until(() => expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1));
      await queue.enqueue({ name: 'test.run', payload: 'again', id: 'outbox-1' });
      await queue.enqueue({ name: 'test.run', payload: 'other', id: 'outbox-2' });
      await until(() => expect(payloads).toContain('other'));
      expect(payloads).toEqual(['first', 'other']);
    });

    test('runs the jobs of lower priority numbers first', async () => {
      const payloads: unknown[] = [];
      const gate = Promise.withResolvers<JobOutcome>();
      const definition = definitionOf({
        queue: 'housekeeping',
        run: (payload) => (payloads.push(payload), payload === 'gate' ? gate.promise : Promise.resolve(DONE)),
      });
      const queue = await startQueue(definition);
      await queue.enqueue({ name: 'test.run', payload: 'gate' });
      await until(() => expect(payloads).toEqual(['gate']));
      for (const priority of [4, 1, 3, 2]) await queue.enqueue({ name: 'test.run', payload: `P${priority}`, priority });
      gate.resolve(DONE);
      await until(() => expect(payloads).toEqual(['gate', 'P1', 'P2', 'P3', 'P4']));
    });

    describe('deduplication', () => {
      const keyed = (run: (payload: unknown, context: JobContext) => Promise<JobOutcome>): JobDefinition<unknown> =>
        definitionOf({ run, deduplicationKey: () => 'incident-1' });

      test('drops a request while a job of the same key waits', async () => {
        const payloads: unknown[] = [];
        const queue = await openQueue(keyed((payload) => Promise.resolve((payloads.push(payload), DONE))));
        await queue.enqueue({ name: 'test.run', payload: 1, id: 'outbox-1' });
        await queue.enqueue({ name: 'test.run', payload: 2, id: 'outbox-2' });
        expect(await queue.depths()).toContainEqual(expect.objectContaining({ queue: 'slack', waiting: 1 }));
        await queue.start();
        await until(() => expect(payloads).toEqual([1]));
      });

      test('lends a waiting job the priority of a more urgent request of its key', async () => {
        const payloads: unknown[] = [];
        const gate = Promise.withResolvers<JobOutcome>();
        const queue = await startQueue(
          definitionOf({
            queue: 'housekeeping',
            deduplicationKey: String,
            run: (payload) => (payloads.push(payload), payload === 'gate' ? gate.promise : Promise.resolve(DONE)),
          }),
        );
        const enqueue = (payload: string, priority: number) => queue.enqueue({ name: 'test.run', payload, priority });
        await enqueue('gate', 1);
        await until(() => expect(payloads).toEqual(['gate']));
        await enqueue('calm', 2);
        await enqueue('rising', 4);
        await enqueue('rising', 1);
        await enqueue('rising', 3);
        gate.resolve(DONE);
        await until(() => expect(payloads).toEqual(['gate', 'rising', 'calm']));
      });

      test('runs a job that was put off at once for a more urgent request of its key, and for that alone', async () => {
        let runs = 0;
        const later: JobOutcome = { kind: 'delayed', until: new Date(Date.now() + 600_000) };
        const queue = await startQueue(keyed(() => Promise.resolve((runs += 1) === 2 ? DONE : later)));
        await queue.enqueue({ name: 'test.run', payload: 1, priority: 3 });
        const isPutOff = async (): Promise<void> => {
          expect(await queue.depths()).toContainEqual(expect.objectContaining({ queue: 'slack', delayed: 1 }));
        };
        await until(isPutOff);
        await queue.enqueue({ name: 'test.run', payload: 2, priority: 3 });
        await isPutOff();
        expect(runs).toBe(1);
        await queue.enqueue({ name: 'test.run', payload: 3, priority: 1 });
        await until(() => expect(runs).toBe(2));
        await until(async () => {
          expect(await queue.depths()).toContainEqual(expect.objectContaining({ queue: 'slack', delayed: 0 }));
        });
      });

      test('runs once more after a job that was already running, however many asked', async () => {
        const payloads: unknown[] = [];
        const gate = Promise.withResolvers<JobOutcome>();
        const queue = await startQueue(
          keyed((payload) => (payloads.push(payload), payloads.length === 1 ? gate.promise : Promise.resolve(DONE))),
        );
        await queue.enqueue({ name: 'test.run', payload: 1, id: 'outbox-1' });
        await until(() => expect(payloads).toEqual([1]));
        for (const payload of [2, 3, 4]) await queue.enqueue({ name: 'test.run', payload, id: `outbox-${payload}` });
        gate.resolve(DONE);
        await until(() => expect(payloads).toEqual([1, 4]));
        await until(async () => {
          const idle = { queue: 'slack', waiting: 0, active: 0, delayed: 0, failed: 0 };
          expect(await queue.depths()).toContainEqual(idle);
        });
        expect(payloads).toEqual([1, 4]);
      });

      test('runs once more also when the running job dies', async () => {
        const payloads: unknown[] = [];
        const gate = Promise.withResolvers<JobOutcome>();
        const queue = await startQueue({
          ...keyed((payload) => (payloads.push(payload), payloads.length === 1 ? gate.promise : Promise.resolve(DONE))),
          attempts: 1,
        });
        await queue.enqueue({ name: 'test.run', payload: 1 });
        await until(() => expect(payloads).toEqual([1]));
        await queue.enqueue({ name: 'test.run', payload: 2 });
        gate.reject(new Error('archived'));
        await until(() => expect(payloads).toEqual([1, 2]));
      });

      test('still takes the key after a request was repeated whose job has already run', async () => {
        const payloads: unknown[] = [];
        const queue = await startQueue(keyed((payload) => Promise.resolve((payloads.push(payload), DONE))));
        const outcomes = (): number => metrics.values.get('sentinel_jobs_total job=test.run outcome=done') ?? 0;
        await queue.enqueue({ name: 'test.run', payload: 1, id: 'outbox-1' });
        await until(() => expect(outcomes()).toBe(1));
        await queue.enqueue({ name: 'test.run', payload: 1, id: 'outbox-1' });
        await until(() => expect(payloads).toHaveLength(2));
        await queue.enqueue({ name: 'test.run', payload: 2, id: 'outbox-2' });
        await until(() => expect(payloads).toContain(2));
      });

      test('covers a request by a job that was put off', async () => {
        const payloads: unknown[] = [];
        const queue = await startQueue(
          keyed((payload) => {
            payloads.push(payload);
            const outcome: JobOutcome =
              payloads.length === 1 ? { kind: 'delayed', until: new Date(Date.now() + 500) } : DONE;
            return Promise.resolve(outcome);
          }),
        );
        await queue.enqueue({ name: 'test.run', payload: 1 });
        await until(async () => {
          expect(await queue.depths()).toContainEqual(expect.objectContaining({ delayed: 1 }));
        });
        await queue.enqueue({ name: 'test.run', payload: 2 });
        await until(() => expect(payloads).toEqual([1, 1]));
      });
    });

    test('runs a scheduled job every so often, once for two instances', async () => {
      const runs: number[] = [];
      const definition = definitionOf({
        queue: 'detection',
        run: () => Promise.resolve((runs.push(Date.now()), DONE)),
      });
      const first = await startQueue(definition);
      const second = await startQueue(definition);
      await first.schedule('test.run', 300, { from: 'schedule' });
      await second.schedule('test.run', 300, { from: 'schedule' });
      await until(() => expect(runs.length).toBeGreaterThanOrEqual(4));
      const gaps = runs.slice(2).map((at, index) => at - (runs[index + 1] ?? at));
      for (const gap of gaps) expect(gap).toBeGreaterThan(150);
    });

    test('waits for a running job when it drains', async () => {
      const gate = Promise.withResolvers<JobOutcome>();
      let hasStarted = false;
      const queue = await startQueue(definitionOf({ run: () => ((hasStarted = true), gate.promise) }));
      await queue.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(hasStarted).toBe(true));
      const drained = queue.drain(5_000);
      gate.resolve(DONE);
      await drained;
      expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1);
      await expect(queue.enqueue({ name: 'test.run', payload: null })).rejects.toMatchObject({ code: 'unavailable' });
    });

    test('gives a job that outlasts the drain back to the queue without counting the attempt', async () => {
      const attempts: number[] = [];
      const definition = definitionOf({
        attempts: 1,
        run: (_payload, { attempt }) => {
          attempts.push(attempt);
          return attempts.length === 1 ? new Promise(() => undefined) : Promise.resolve(DONE);
        },
      });
      const first = await startQueue(definition);
      await first.enqueue({ name: 'test.run', payload: null });
      await until(() => expect(attempts).toHaveLength(1));
      await first.drain(50);
      await startQueue(definition);
      await until(() => expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1));
      expect(attempts).toEqual([1, 1]);
      expect(dead()).toBe(0);
    });

    test('refuses a job that nobody defined', async () => {
      const queue = await openQueue(definitionOf());
      await expect(queue.enqueue({ name: 'test.unknown', payload: null })).rejects.toMatchObject({
        code: 'rejected',
        isRetryable: false,
      });
    });
  });
};
