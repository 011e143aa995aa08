import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSentinel, type Sentinel } from '../../src/app.ts';
import { formatProblems, loadConfig } from '#config.ts';
import { checkQuery } from '#esql/check-query.ts';
import { systemClock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { feedShop } from '../../simulator/run-live.ts';
import { createShop } from '../../simulator/shop.ts';
import {
  newPrefix,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { startStrictSlack } from '../support/strict-slack/strict-slack.ts';

const HISTORY_MS = 66 * MINUTE_MS;
const FAULT_AGE_MS = 3 * MINUTE_MS;
// Enough requests to be sure of, few enough to be written and read in seconds.
const LOAD = 0.3;
const CHANNEL = 'C01INCIDENTS';

const startWorld = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-elasticsearch-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const server = await startProxiedServer();
  onTestFinished(() => server.stop());
  const slack = await startStrictSlack();
  onTestFinished(() => slack.stop());
  slack.addChannel({ id: CHANNEL });
  const prefix = newPrefix();
  onTestFinished(() => removePrefix(optionsFor(server.proxy.url, { prefix })));
  const settings = {
    dataDirectory: join(directory, 'data'),
    http: { port: 0 },
    detection: { interval: '10s' },
    elasticsearch: { prefix, refreshInterval: '100ms' },
    slack: { channel: CHANNEL, apiUrl: slack.apiUrl },
  };
  const loaded = loadConfig({
    file: 'test',
    readFile: () => JSON.stringify(settings),
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: 'xapp-strict',
      ELASTICSEARCH_URL: server.proxy.url,
      LOG_LEVEL: 'silent',
    },
  });
  if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
  const sentinel = await createSentinel(loaded.config, { clock: systemClock, random: seededRandom(3) });
  onTestFinished(() => sentinel.stop());
  await writeFile(join(directory, 'sentinel.yaml'), JSON.stringify(settings));
  return { sentinel, slack, server, directory, config: loaded.config };
};

/** So that the proxy has its copy before somebody waits for an answer. */
const readAll = async ({ telemetryStore }: Sentinel): Promise<void> => {
  for (const index of ['logs', 'spans']) {
    const query = checkQuery(`FROM ${index} | STATS n = COUNT(*)`, { schema: telemetryStore.schema() });
    await telemetryStore.query({ query, timeoutMs: 60_000, purpose: 'test' });
  }
};

/** On the same data directory. */
const runSecondProcess = async (directory: string, url: string, botToken: string) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'src', 'main.ts')], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: 'xapp-strict',
      ELASTICSEARCH_URL: url,
      LOG_LEVEL: 'silent',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said: said.trim() };
};

describe(`Sentinel with its telemetry in Elasticsearch (${WRITING_HALF})`, () => {
  it('opens one incident for one cause, and its card reaches Slack', async () => {
    const { sentinel, slack, server, directory, config } = await startWorld();
    const now = Date.now();
    const fault = {
      // One that is as bad in each minute: when the first look comes is up to the machine.
      fault: 'expired-credential',
      startAt: new Date(now - FAULT_AGE_MS),
      endAt: new Date(now + 8 * MINUTE_MS),
    };
    const shop = createShop({ seed: 5, load: LOAD, startAt: new Date(now - HISTORY_MS), faults: [fault] });
    const append = (batch: Parameters<typeof sentinel.telemetryStore.append>[0]) =>
      sentinel.telemetryStore.append(batch);
    const feed = await feedShop({ shop, append, clock: systemClock });
    onTestFinished(() => feed.stop());
    await readAll(sentinel);
    void sentinel.start().catch(() => undefined);

    const cards = () => slack.messages(CHANNEL).filter(({ text }) => text.includes('payment-service'));
    await vi.waitFor(() => expect(cards()).toHaveLength(1), { timeout: 90_000, interval: 200 });
    expect(cards()[0]?.text).toContain('INC-1');
    expect(slack.messages(CHANNEL).filter(({ text }) => /INC-\d/.test(text))).toHaveLength(1);

    const files = await readdir(config.dataDirectory);
    expect(files).toContain('lock.duckdb');
    expect(files).not.toContain('telemetry.duckdb');
    const second = await runSecondProcess(directory, server.proxy.url, slack.botToken);
    expect(second).toEqual({
      code: 1,
      said: `Another Sentinel already uses the data directory ${config.dataDirectory}. Stop it, or choose another with dataDirectory in sentinel.yaml.`,
    });
  }, 180_000);
});
