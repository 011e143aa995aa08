import { argv, stdout } from 'node:process';
import { createBullmqJobQueue } from '#adapters/bullmq/bullmq-job-queue.ts';
import { startOutboxRelay } from '#adapters/bullmq/outbox-relay.ts';
import { openPglite } from '#adapters/pglite/open-pglite.ts';
import { addToOutbox } from '#database/outbox.ts';
import { systemClock } from '#kernel/clock.ts';
import { seededRandom } from '#kernel/random.ts';
import { recordingLogger, recordingMetrics } from '../../support/recording.ts';

// A process that is killed at the moment it names on its standard output.

const [directory = '', moment] = argv.slice(2);
const forever = new Promise<never>(() => undefined);
const reach = (name: string): Promise<never> => {
  stdout.write(`${name}\n`);
  return forever;
};

const { stateStore, queuePool } = await openPglite({ dataDirectory: directory });
const deps = { clock: systemClock, random: seededRandom(1), logger: recordingLogger(), metrics: recordingMetrics() };
const queue = await createBullmqJobQueue(deps, {
  connection: { kind: 'pglite', pool: queuePool },
  definitions: [
    {
      name: 'test.run',
      queue: 'slack',
      parse: (payload) => payload,
      run: () => reach('running'),
      attempts: 1,
      backoffMs: 10,
      timeoutMs: 60_000,
    },
  ],
});

await stateStore.db
  .transaction()
  .execute((trx) => addToOutbox(trx, { job: 'test.run', payload: { incident: 1 }, priority: 1 }));
if (moment === 'committed') await reach('committed');
if (moment === 'running') await queue.start();
await startOutboxRelay({
  ...deps,
  stateStore,
  jobQueue: {
    enqueue: async (request) => {
      await queue.enqueue(request);
      if (moment === 'enqueued') await reach('enqueued');
    },
  },
});
setInterval(() => undefined, 60_000);
