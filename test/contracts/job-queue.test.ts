import { randomUUID } from 'node:crypto';
import { afterAll, describe } from 'vitest';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres, startTestRedis } from '../support/servers.ts';
import { openTestDatabase } from '../support/state.ts';
import { describeJobQueue } from './job-queue.ts';

const redis = await startTestRedis();
const postgres = await startTestPostgres();

afterAll(async () => {
  if (redis.url !== null) await redis.stop();
  if (postgres.url !== null) await postgres.stop();
});

describeJobQueue('PGlite', async () => {
  const { stateStore, queuePool } = await openTestDatabase();
  return { connection: { kind: 'pglite', pool: queuePool }, close: () => stateStore.close() };
});

if (redis.url !== null) {
  const { url } = redis;
  describeJobQueue('Redis', () => {
    const prefix = `test-${randomUUID()}`;
    return Promise.resolve({ connection: { kind: 'redis', url, prefix }, close: () => Promise.resolve() });
  });
} else {
  describe('job queue on Redis', () => {
    reportMissing(redis);
  });
}

if (postgres.url !== null) {
  const { url: serverUrl } = postgres;
  describeJobQueue('PostgreSQL', async () => {
    const { url, drop } = await createTestDatabase(serverUrl);
    return { connection: { kind: 'postgres', url }, close: drop };
  });
} else {
  describe('job queue on PostgreSQL', () => {
    reportMissing(postgres);
  });
}
