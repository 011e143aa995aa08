import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import {
  newPrefix,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres, startTestRedis } from '../support/servers.ts';
import { startStrictSlack } from '../support/strict-slack/strict-slack.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const CHANNEL = 'C01INCIDENTS';
const TOKEN = 'two-instances-0123456789';
const WAIT = { timeout: 60_000, interval: 100 };
const PER_MINUTE = 12;

interface Instance {
  readonly child: ChildProcess;
  readonly address: string;
}

/** 66 minutes of requests, every second one of the last three failed. */
const linesOf = (service: string, isFailing: boolean): readonly string[] =>
  Array.from({ length: 66 * PER_MINUTE }, (_, at) => {
    const ageMs = 5 * SECOND_MS + (at * MINUTE_MS) / PER_MINUTE;
    const isFailed = isFailing && ageMs < 3 * MINUTE_MS && at % 2 === 0;
    return JSON.stringify({
      '@timestamp': new Date(Date.now() - ageMs).toISOString(),
      'service.name': service,
      level: isFailed ? 'error' : 'info',
      message: 'GET /',
      duration_ms: 20 + (at % 7),
      status_code: isFailed ? 503 : 200,
    });
  });

describe(`two instances on one PostgreSQL, one Redis and one Elasticsearch (${WRITING_HALF})`, async () => {
  const postgres = await startTestPostgres();
  const redis = await startTestRedis({ isPrivate: true });
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

    const start = async (name: string): Promise<Instance> => {
      const own = join(directory, name);
      await mkdir(own);
      const settings = {
        dataDirectory: join(own, 'data'),
        http: { port: 0 },
        detection: { interval: '10s', lag: '1s' },
        elasticsearch: { prefix, refreshInterval: '100ms' },
        slack: { channel: CHANNEL, apiUrl: slack.apiUrl },
      };
      await writeFile(join(own, 'sentinel.yaml'), JSON.stringify(settings));
      const child = spawn(process.execPath, [MAIN], {
        cwd: own,
        env: {
          PATH: process.env['PATH'],
          SLACK_BOT_TOKEN: slack.botToken,
          SLACK_APP_TOKEN: 'xapp-strict',
          DATABASE_URL: databaseUrl,
          REDIS_URL: redisUrl,
          ELASTICSEARCH_URL: server.proxy.url,
          SENTINEL_INGEST_TOKENS: `test=${TOKEN}`,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => kill(child));
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
      await vi.waitFor(() => expect(said).toContain('Sentinel watches'), WAIT);
      return { child, address: /"address":"([^"]+)"/.exec(said)?.[1] ?? '' };
    };
    const kill = async (child: ChildProcess): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const send = async ({ address }: Instance, lines: readonly string[]): Promise<void> => {
      const response = await fetch(`${address}/ingest/ndjson?index=logs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' },
        body: lines.join('\n'),
      });
      expect(response.status).toBe(200);
    };
    const cards = () =>
      slack
        .messages(CHANNEL)
        .filter(({ blocks }) => blocks.some(({ block_id: id }) => String(id).startsWith('sentinel:incident-card:')));
    /** Checks that this instance ended by their outcome. */
    const outcomes = async ({ address }: Instance): Promise<Readonly<Record<string, number>>> => {
      const text = await (await fetch(`${address}/metrics`)).text();
      const found = text.matchAll(/^sentinel_detection_ticks_total\{outcome="([\w-]+)"\} (\d+)$/gm);
      return Object.fromEntries([...found].map(([, outcome = '', count = '0']) => [outcome, Number(count)]));
    };

    const first = await start('first');
    await send(first, [...linesOf('checkout', true), ...linesOf('catalog', false), ...linesOf('search', false)]);
    const second = await start('second');
    await vi.waitFor(() => expect(cards()).toHaveLength(1), WAIT);

    await vi.waitFor(async () => {
      const { rows } = await db.query('SELECT 1 FROM app.detection_ticks');
      expect(rows.length).toBeGreaterThanOrEqual(4);
    }, WAIT);
    const [ofFirst, ofSecond] = [await outcomes(first), await outcomes(second)];
    for (const outcome of ['lost-race', 'too-soon'] as const)
      expect((ofFirst[outcome] ?? 0) + (ofSecond[outcome] ?? 0)).toBe(0);

    await kill(first.child);
    await send(second, linesOf('payments', true));
    await vi.waitFor(() => expect(cards()).toHaveLength(2), WAIT);
    const marks = cards().map(({ blocks }) => String(blocks[0]?.['block_id']));
    expect(new Set(marks).size).toBe(2);
    expect(slack.problems).toEqual([]);
  }, 180_000);
});
