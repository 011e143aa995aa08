import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { runKills } from '../kill/kill-loop.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres, startPrivateRedis } from '../support/servers.ts';

const TIMES = 6;

describe('a process that is killed with SIGKILL again and again', async () => {
  const postgres = await startTestPostgres();
  const redis = await startPrivateRedis();
  const missing = [postgres, redis].find((server) => server.url === null);
  if (postgres.url === null || redis.url === null) {
    if (missing?.url === null) reportMissing(missing);
    return;
  }
  const servers = { postgresUrl: postgres.url, redisUrl: redis.url };
  afterAll(async () => {
    await redis.stop();
    await postgres.stop();
  });

  it('loses no incident and posts none twice, whether it died in a check, after a commit or after a post', async ({
    signal,
  }) => {
    const { url: databaseUrl, drop } = await createTestDatabase(servers.postgresUrl);
    const deps = { random: seededRandom(7), signal };
    const kills = runKills(deps, { databaseUrl, redisUrl: servers.redisUrl }, TIMES);
    onTestFinished(() => kills.then(drop, drop));
    const report = await kills;
    expect(report).toMatchObject({
      services: TIMES,
      incidents: TIMES,
      cards: TIMES,
      lost: [],
      twice: [],
      problems: [],
    });
    expect(report.leftUnrecorded).toBeGreaterThan(0);
  }, 180_000);
});
