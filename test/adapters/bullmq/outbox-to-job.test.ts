import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { addToOutbox } from '#database/outbox.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import { openTestDatabase } from '../../support/state.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const COMMITS = 60;

test('the last run of a deduplicated job begins after the last commit, however commits and runs interleave', async () => {
  const { stateStore, queuePool } = await openTestDatabase();
  const { db } = stateStore;
  const random = seededRandom(7);
  const logger = recordingLogger();
  const deps = { clock: systemClock, random, logger, metrics: recordingMetrics() };
  const seen: number[] = [];
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, random() * 8));
  const readValue = async (): Promise<number> => {
    const row = await db
      .selectFrom('counters')
      .select('value')
      .where('name', '=', 'incident')
      .executeTakeFirstOrThrow();
    return row.value;
  };
  const jobQueue = await createBullmqJobQueue(deps, {
    connection: { kind: 'pglite', pool: queuePool },
    definitions: [
      {
        name: 'incident.sync',
        queue: 'slack',
        parse: (payload) => payload,
        run: async () => {
          const value = await readValue();
          await pause();
          seen.push(value);
          if (random() < 0.2) return { kind: 'delayed', until: new Date(Date.now() + random() * 10) };
          if (random() < 0.2) throw new Error('the other side is down');
          return { kind: 'done' };
        },
        attempts: 20,
        backoffMs: 2,
        timeoutMs: 5_000,
        deduplicationKey: () => 'incident-1',
      },
    ],
  });
  const relay = await startOutboxRelay({ ...deps, stateStore, jobQueue });
  await jobQueue.start();
  for (let commit = 0; commit < COMMITS; commit++) {
    await db.transaction().execute(async (trx) => {
      await trx
        .updateTable('counters')
        .set({ value: sql`value + 1` })
        .where('name', '=', 'incident')
        .execute();
      await addToOutbox(trx, { job: 'incident.sync', payload: { commit }, priority: 1 });
    });
    await pause();
  }
  await vi.waitFor(
    async () => {
      expect(deps.metrics.values.get('sentinel_outbox_pending')).toBe(0);
      const depths = await jobQueue.depths();
      expect(depths).toContainEqual({ queue: 'slack', waiting: 0, active: 0, delayed: 0, failed: 0 });
    },
    { timeout: 20_000, interval: 20 },
  );
  expect(seen.at(-1)).toBe(COMMITS);
  expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  await relay.stop();
  await jobQueue.drain(1_000);
  await stateStore.close();
});
