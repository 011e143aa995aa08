import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  newPrefix,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startPrivateRedis, startTestPostgres } from '../support/servers.ts';
import { startStrictSlack } from '../support/strict-slack/strict-slack.ts';
import { CHANNEL, cardsIn, logLines, type SentinelProcess, startSentinelProcess } from './sentinel-process.ts';

const WAIT = { timeout: 60_000, interval: 100 };

describe(`two instances on one PostgreSQL, one Redis and one Elasticsearch (${WRITING_HALF})`, async () => {
  const postgres = await startTestPostgres();
  const redis = await startPrivateRedis();
  const missing = [postgres, redis].find((server) => server.url === null);
  if (postgres.url === null || redis.url === null) {
    if (missing?.url === null) reportMissing(missing);
    return;
  }
  const [postgresUrl, redisUrl] = [postgres.url, redis.url];
  afterAll(async () => {
    await redis.stop();
    await postgres.stop();
  });

  it('share the work, each check and card once, and either may be killed', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sentinel-two-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const { url: databaseUrl, drop } = await createTestDatabase(postgresUrl);
    const server = await startProxiedServer();
    onTestFinished(() => server.stop());
    const slack = await startStrictSlack();
    onTestFinished(() => slack.stop());
    slack.addChannel({ id: CHANNEL });
    const prefix = newPrefix();
    onTestFinished(() => removePrefix(optionsFor(server.proxy.url, { prefix })));
    const db = new pg.Client({ connectionString: databaseUrl });
    await db.connect();
    onTestFinished(async () => {
      await db.end();
      await drop();
    });

    const start = (name: string): Promise<SentinelProcess> =>
      startSentinelProcess({
        directory: join(directory, name),
        slack,
        settings: { elasticsearch: { prefix, refreshInterval: '100ms' } },
        env: { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, ELASTICSEARCH_URL: server.proxy.url },
      });
    const send = async (instance: SentinelProcess, lines: readonly string[]): Promise<void> =>
      expect(await instance.send(lines)).toBe(200);
    /** Checks that this instance ended by this outcome. */
    const ended = async (instance: SentinelProcess, outcome: string): Promise<number> =>
      (await instance.metric('sentinel_detection_ticks_total')).get(`{outcome="${outcome}"}`) ?? 0;

    const first = await start('first');
    await send(first, [...logLines('checkout', true), ...logLines('catalog', false), ...logLines('search', false)]);
    const second = await start('second');
    await vi.waitFor(() => expect(cardsIn(slack)).toHaveLength(1), WAIT);

    await vi.waitFor(async () => {
      const { rows } = await db.query('SELECT 1 FROM app.detection_ticks');
      expect(rows.length).toBeGreaterThanOrEqual(4);
    }, WAIT);
    for (const outcome of ['lost-race', 'too-soon'])
      expect((await ended(first, outcome)) + (await ended(second, outcome))).toBe(0);

    await first.kill();
    await send(second, logLines('payments', true));
    await vi.waitFor(() => expect(cardsIn(slack)).toHaveLength(2), WAIT);
    expect(new Set(cardsIn(slack).map(({ mark }) => mark)).size).toBe(2);
    expect(slack.problems).toEqual([]);
  }, 180_000);
});
