import { afterEach, describe, expect, test, vi } from 'vitest';
import { type BullmqJobQueue, createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import { reportMissing } from '../../support/report-missing.ts';
import { startPrivateRedis } from '../../support/servers.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const depsOf = () => ({
  clock: systemClock,
  random: seededRandom(1),
  logger: recordingLogger(),
  metrics: recordingMetrics(),
});

test.each([
  { kind: 'redis', url: 'redis://127.0.0.1:1' },
  { kind: 'postgres', url: 'postgres://sentinel:secret@127.0.0.1:1/state' },
] as const)('says that $kind cannot be reached when it starts', async (connection) => {
  await expect(createBullmqJobQueue(depsOf(), { definitions: [], connection })).rejects.toMatchObject({
    name: 'AppError',
    code: 'unavailable',
    userMessage: expect.stringMatching(/^The job queue on (Redis|PostgreSQL) cannot be reached/) as string,
  });
});

describe('when Redis goes away', async () => {
  const redis = await startPrivateRedis();
  if (redis.url === null) {
    reportMissing(redis);
    return;
  }
  let queue: BullmqJobQueue | undefined;
  afterEach(() => queue?.drain(100));

  test('the queue refuses work at once, and drains without hanging', async () => {
    const deps = depsOf();
    const run = vi.fn(() => Promise.resolve({ kind: 'done' as const }));
    queue = await createBullmqJobQueue(deps, {
      connection: { kind: 'redis', url: redis.url, prefix: 'away' },
      definitions: [
        { name: 'test.run', queue: 'slack', parse: String, run, attempts: 1, backoffMs: 10, timeoutMs: 1_000 },
      ],
    });
    await queue.start();
    await queue.enqueue({ name: 'test.run', payload: 'a' });
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce(), { timeout: 5_000, interval: 5 });
    await redis.stop();
    const startedAt = performance.now();
    await expect(queue.enqueue({ name: 'test.run', payload: 'b' })).rejects.toMatchObject({
      name: 'AppError',
      code: 'unavailable',
      isRetryable: true,
    });
    await queue.drain(200);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(deps.logger.lines.length).toBeLessThan(20);
  });
});
