import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import { writeTestState } from '../../support/state.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');

describe('a process that is killed', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sentinel-crash-'));
    await writeTestState(directory);
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const killAt = async (moment: string): Promise<void> => {
    const child = spawn(execPath, [CHILD, directory, moment], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(child.stdout)) {
      if (line === moment) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
  };

  /** The next process on the directory; ends once the job has run and the outbox is empty. */
  const runsAfterRestart = async (): Promise<readonly unknown[]> => {
    const runs: unknown[] = [];
    const { stateStore, queuePool } = await openPglite({ dataDirectory: directory });
    const metrics = recordingMetrics();
    const deps = { clock: systemClock, random: seededRandom(1), logger: recordingLogger(), metrics };
    const jobQueue = await createBullmqJobQueue(deps, {
      connection: { kind: 'pglite', pool: queuePool },
      definitions: [
        {
          name: 'test.run',
          queue: 'slack',
          parse: (payload) => payload,
          run: (payload: unknown, { attempt }) => Promise.resolve((runs.push({ payload, attempt }), { kind: 'done' })),
          attempts: 1,
          backoffMs: 10,
          timeoutMs: 60_000,
        },
      ],
    });
    const relay = await startOutboxRelay({ ...deps, stateStore, jobQueue });
    await jobQueue.start();
    await vi.waitFor(
      () => {
        expect(metrics.values.get('sentinel_jobs_total job=test.run outcome=done')).toBe(1);
        expect(metrics.values.get('sentinel_outbox_pending')).toBe(0);
      },
      { timeout: 15_000, interval: 20 },
    );
    await relay.stop();
    await jobQueue.drain(1_000);
    await stateStore.close();
    return runs;
  };

  test('between commit and enqueue loses no job', async () => {
    await killAt('committed');
    expect(await runsAfterRestart()).toEqual([{ payload: { incident: 1 }, attempt: 1 }]);
  });

  test('between enqueue and the mark on the row runs the job once', async () => {
    await killAt('enqueued');
    expect(await runsAfterRestart()).toEqual([{ payload: { incident: 1 }, attempt: 1 }]);
  });

  test('during a job has it taken up again within ten seconds, without counting an attempt', async () => {
    await killAt('running');
    const killedAt = performance.now();
    expect(await runsAfterRestart()).toEqual([{ payload: { incident: 1 }, attempt: 1 }]);
    expect(performance.now() - killedAt).toBeLessThan(13_000);
  });
});
