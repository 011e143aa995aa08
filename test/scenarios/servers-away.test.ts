import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  newPrefix,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startPrivatePostgres, startPrivateRedis } from '../support/servers.ts';
import { startStrictSlack } from '../support/strict-slack/strict-slack.ts';
import { CHANNEL, cardsIn, logLines, type SentinelProcess, startSentinelProcess } from './sentinel-process.ts';

const WAIT = { timeout: 90_000, interval: 100 };
const PUMP_EVERY_MS = 200;
const SLOW_MS = 1_500;

const healthyLine = (): string =>
  JSON.stringify({
    '@timestamp': new Date().toISOString(),
    'service.name': 'catalog',
    level: 'info',
    message: 'GET /items',
    duration_ms: 12,
    status_code: 200,
  });

/** Somebody else's traffic all the while; what is refused meanwhile is that sender's to send again. */
const keepSending = (sentinel: SentinelProcess): void => {
  const timer = setInterval(() => void sentinel.send([healthyLine(), healthyLine()]).catch(() => 0), PUMP_EVERY_MS);
  onTestFinished(() => clearInterval(timer));
};

describe(`a server that Sentinel stands on goes away and comes back (${WRITING_HALF})`, async () => {
  const [postgres, redis] = [await startPrivatePostgres(), await startPrivateRedis()];
  if (postgres.url === null || redis.url === null) {
    for (const server of [postgres, redis]) if (server.url === null) reportMissing(server);
    return;
  }
  afterAll(async () => {
    await postgres.stop();
    await redis.stop();
  });

  it('still opens each incident once: Redis emptied, PostgreSQL crashed, Elasticsearch slow, refusing and mute', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sentinel-away-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const { proxy, stop } = await startProxiedServer();
    onTestFinished(stop);
    const slack = await startStrictSlack();
    onTestFinished(() => slack.stop());
    slack.addChannel({ id: CHANNEL });
    const prefix = newPrefix();
    onTestFinished(() => removePrefix(optionsFor(proxy.url, { prefix })));
    const { url: databaseUrl } = await createTestDatabase(postgres.url);
    const sentinel = await startSentinelProcess({
      directory,
      slack,
      settings: { elasticsearch: { prefix, refreshInterval: '100ms' } },
      env: { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, ELASTICSEARCH_URL: proxy.url },
    });
    keepSending(sentinel);
    const services = ['orders', 'payments', 'search', 'shipping'];
    const cards = (count: number): Promise<void> =>
      vi.waitFor(
        () =>
          expect(cardsIn(slack).map(({ text }) => services.find((each) => text.includes(each)))).toEqual(
            services.slice(0, count),
          ),
        WAIT,
      );
    const failing = async (service: string): Promise<void> =>
      vi.waitFor(async () => expect(await sentinel.send(logLines(service, true))).toBe(200), WAIT);
    const isReady = async (): Promise<boolean> => (await fetch(`${sentinel.address}/readyz`)).ok;

    await failing('orders');
    await redis.crash();
    await vi.waitFor(async () => expect(await isReady()).toBe(false), WAIT);
    await redis.startAgain();
    await cards(1);

    await failing('payments');
    await postgres.crash();
    await vi.waitFor(async () => expect(await isReady()).toBe(false), WAIT);
    await postgres.startAgain();
    await cards(2);

    proxy.inject(/./, { kind: 'status', status: 503 }, Number.POSITIVE_INFINITY);
    expect(await sentinel.send(logLines('search', true)).catch(() => 0)).not.toBe(200);
    await vi.waitFor(async () => expect(await isReady()).toBe(false), WAIT);
    proxy.heal();
    proxy.inject(/./, { kind: 'hang' }, 3);
    await failing('search');
    await cards(3);

    proxy.inject(/./, { kind: 'slow', delayMs: SLOW_MS }, Number.POSITIVE_INFINITY);
    await failing('shipping');
    await cards(4);
    proxy.heal();

    expect(new Set(cardsIn(slack).map(({ mark }) => mark)).size).toBe(4);
    expect(slack.problems).toEqual([]);
    sentinel.child.kill('SIGTERM');
    await vi.waitFor(() => expect(sentinel.child.exitCode).toBe(0), WAIT);
  }, 400_000);

  it('goes on where PostgreSQL is all that it has, for state and jobs', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sentinel-away-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const slack = await startStrictSlack();
    onTestFinished(() => slack.stop());
    slack.addChannel({ id: CHANNEL });
    const { url: databaseUrl } = await createTestDatabase(postgres.url);
    const sentinel = await startSentinelProcess({ directory, slack, env: { DATABASE_URL: databaseUrl } });
    keepSending(sentinel);
    const cards = (count: number): Promise<void> => vi.waitFor(() => expect(cardsIn(slack)).toHaveLength(count), WAIT);

    expect(await sentinel.send(logLines('billing', true))).toBe(200);
    await cards(1);
    await postgres.crash();
    await vi.waitFor(async () => expect((await fetch(`${sentinel.address}/readyz`)).ok).toBe(false), WAIT);
    expect(await sentinel.send(logLines('refunds', true))).toBe(200);
    await postgres.startAgain();
    await cards(2);
    expect(slack.problems).toEqual([]);
  }, 200_000);
});
