import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSentinel } from '../../src/app.ts';
import { formatProblems, loadConfig } from '#config.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import {
  newPrefix,
  optionsFor,
  startProxiedServer,
  WRITING_HALF,
} from '../support/elasticsearch/elasticsearch-under-test.ts';
import { removePrefix } from '../support/elasticsearch/remove-prefix.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { writeTestState } from '../support/state.ts';
import { startStrictSlack, type StrictSlack } from '../support/strict-slack/strict-slack.ts';
import { CHANNEL, cardsIn, startSentinelProcess } from './sentinel-process.ts';

const TOKEN = 'of-a-scenario-0123456789';
const WAIT = { timeout: 30_000, interval: 100 };

/** As Firehose sends what CloudWatch Logs delivered of one log group. */
const firehoseBody = (nowMs: number, ...messages: readonly string[]): string => {
  const envelope = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/lambda/payment',
    logStream: 'a',
    subscriptionFilters: ['all'],
    logEvents: messages.map((message, index) => ({
      id: `${nowMs}${index}`,
      timestamp: nowMs - 5_000 + index,
      message,
    })),
  };
  const data = gzipSync(JSON.stringify(envelope)).toString('base64');
  return JSON.stringify({ requestId: `request-${nowMs}`, timestamp: nowMs, records: [{ data }] });
};

const post = async (address: string, body: string): Promise<number> => {
  const { status } = await fetch(`${address}/ingest/cloudwatch/firehose`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-amz-firehose-access-key': TOKEN },
    body,
  });
  return status;
};

const newDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-log-match-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
};

const newSlack = async (): Promise<StrictSlack> => {
  const slack = await startStrictSlack();
  onTestFinished(() => slack.stop());
  slack.addChannel({ id: CHANNEL });
  return slack;
};

const cardText = (slack: StrictSlack): string => JSON.stringify(slack.messages(CHANNEL)[0]?.blocks ?? []);

/** The whole app, on a clock that may be put forward. */
const startApp = async (settings: object, env: Readonly<Record<string, string>>) => {
  const slack = await newSlack();
  let aheadMs = 0;
  const clock: Clock = { now: () => new Date(Date.now() + aheadMs) };
  const port = await findFreePorts(1);
  const dataDirectory = join(await newDirectory(), 'data');
  await writeTestState(join(dataDirectory, 'state'));
  const file = {
    dataDirectory,
    http: { port },
    ingest: { cloudwatch: { opensIncident: true } },
    slack: { channel: CHANNEL, apiUrl: slack.apiUrl },
    ...settings,
  };
  const loaded = loadConfig({
    file: 'test',
    readFile: () => JSON.stringify(file),
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: 'xapp-strict',
      SENTINEL_INGEST_TOKENS: `aws=${TOKEN}`,
      LOG_LEVEL: 'silent',
      ...env,
    },
  });
  if (loaded.kind === 'invalid') throw new Error(formatProblems(loaded.problems));
  const sentinel = await createSentinel(loaded.config, { clock, random: seededRandom(5) });
  onTestFinished(() => sentinel.stop());
  await sentinel.start();
  return {
    slack,
    clock,
    putForward: (ms: number) => {
      aheadMs += ms;
    },
    deliver: (body: string) => post(`http://127.0.0.1:${port}`, body),
  };
};

/** Returns what Slack had to complain of. */
const liveThroughIt = async ({ slack, clock, putForward, deliver }: Awaited<ReturnType<typeof startApp>>) => {
  const body = firehoseBody(
    clock.now().getTime(),
    'START',
    'ERROR <!channel> booking failed',
    'java.io.IOException: x',
  );
  expect(await deliver(body)).toBe(200);
  await vi.waitFor(() => expect(cardsIn(slack)).toHaveLength(1), WAIT);
  expect(cardText(slack)).toContain('2 lines matched ERROR (1) and Exception (1) in payment');
  expect(cardText(slack)).toContain('java.io.IOException: x');

  expect(await deliver(body)).toBe(200);
  putForward(MINUTE_MS);
  expect(await deliver(firehoseBody(clock.now().getTime(), 'ERROR again'))).toBe(200);
  await vi.waitFor(() => expect(cardText(slack)).toContain('3 lines matched'), WAIT);
  expect(cardsIn(slack)).toHaveLength(1);

  putForward(21 * MINUTE_MS);
  await vi.waitFor(() => expect(cardText(slack)).toContain('recovered, not yet resolved'), WAIT);
  expect(cardText(slack)).toContain('No line matched since');
  expect(cardsIn(slack)).toHaveLength(1);
  return slack.problems;
};

describe('a line of CloudWatch Logs that opens an incident', () => {
  it('is on one card in Slack, however often it is delivered, until it was quiet', async () => {
    expect(await liveThroughIt(await startApp({}, {}))).toEqual([]);
  }, 120_000);

  it(`does the same where telemetry is in Elasticsearch (${WRITING_HALF})`, async () => {
    const server = await startProxiedServer();
    onTestFinished(() => server.stop());
    const prefix = newPrefix();
    onTestFinished(() => removePrefix(optionsFor(server.proxy.url, { prefix })));
    const settings = { elasticsearch: { prefix, refreshInterval: '100ms' } };
    const app = await startApp(settings, { ELASTICSEARCH_URL: server.proxy.url });
    expect(await liveThroughIt(app)).toEqual([]);
  }, 120_000);

  it('survives that the process is killed before it becomes an incident', async () => {
    const slack = await newSlack();
    const directory = await newDirectory();
    const start = () =>
      startSentinelProcess({ directory, slack, settings: { ingest: { cloudwatch: { opensIncident: true } } } });
    const first = await start();
    const body = firehoseBody(Date.now(), 'ERROR before the end');
    expect(await post(first.address, body)).toBe(200);
    await first.kill();

    const second = await start();
    // Its answer was lost, so Firehose delivers it again.
    expect(await post(second.address, body)).toBe(200);
    await vi.waitFor(() => expect(cardsIn(slack)).toHaveLength(1), WAIT);
    expect(cardText(slack)).toContain('1 line matched ERROR in payment');
    const outcomes = await second.metric('sentinel_log_matches_total');
    expect(Object.fromEntries(outcomes)).toEqual({ '{outcome="repeated"}': 1 });
  }, 120_000);
});
