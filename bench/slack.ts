import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND_MS } from '#kernel/duration.ts';
import { quantile } from '#statistics/quantiles.ts';
import { printResult } from './machine.ts';

/**
 * How soon Slack learns that a slash command arrived: `npm start` in HTTP mode, fifty people who press
 * Enter at the same moment, again and again, each answered before the next round.
 */

const PEOPLE = 50;
const ROUNDS = 20;
const WARM_UP_ROUNDS = 3;
const COMMANDS = ['status', 'incidents', 'help', 'incident INC-1', 'query FROM logs | LIMIT 5'];
const SIGNING_SECRET = 'benchmark-signing-secret';
const READY_WITHIN_MS = 60 * SECOND_MS;
const ANSWERED_WITHIN_MS = 30 * SECOND_MS;

let answered = 0;

/** Slack, as far as commands need it: everybody is a member, every answer is taken. */
const startFakeSlack = async (): Promise<{ readonly url: string; close(): void }> => {
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/respond') === true) answered += 1;
    request.resume().on('end', () => {
      const answer = { ok: true, user: { id: 'U1' }, channel: { id: 'C01BENCH' }, channels: [], ts: '1.000001' };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const startSentinel = (directory: string): { readonly child: ChildProcess; readonly address: Promise<string> } => {
  const child = spawn(process.execPath, ['src/main.ts', '--config', join(directory, 'sentinel.yaml')], {
    env: { PATH: process.env['PATH'], SLACK_BOT_TOKEN: 'xoxb-benchmark', SLACK_SIGNING_SECRET: SIGNING_SECRET },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString('utf8');
  });
  const address = until(READY_WITHIN_MS, () => printed.includes('Sentinel watches')).then(
    () => /"address":"([^"]+)"/.exec(printed)?.[1] ?? '',
  );
  return { child, address };
};

const until = async (limitMs: number, isSo: () => boolean): Promise<void> => {
  const giveUpAt = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error('Sentinel did not get there in time');
    await wait(5);
  }
};

/** Milliseconds from the request to its receipt. */
const command = async (address: string, slackUrl: string, person: number, text: string): Promise<number> => {
  const body = new URLSearchParams({
    command: '/sentinel',
    text,
    team_id: 'T1',
    api_app_id: 'A1',
    user_id: `U${person}`,
    channel_id: 'C01BENCH',
    response_url: `${slackUrl}/respond`,
    trigger_id: randomUUID(),
  }).toString();
  const at = String(Math.floor(Date.now() / SECOND_MS));
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${at}:${body}`).digest('hex');
  const startedAt = performance.now();
  const response = await fetch(`${address}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': at,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`Sentinel answered ${response.status}`);
  return performance.now() - startedAt;
};

const runRound = async (address: string, slackUrl: string, round: number): Promise<readonly number[]> => {
  const before = answered;
  const receipts = await Promise.all(
    Array.from({ length: PEOPLE }, (_, person) =>
      command(address, slackUrl, person, COMMANDS[(person + round) % COMMANDS.length] ?? 'help'),
    ),
  );
  await until(ANSWERED_WITHIN_MS, () => answered - before >= PEOPLE);
  return receipts;
};

/** The same, without the network: from Bolt's listener to its receipt, by Sentinel's own histogram. */
const readListenerShare = async (address: string, withinSeconds: string): Promise<number> => {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const count = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? Number.NaN);
  const name = 'sentinel_slack_receipt_seconds';
  return count(`${name}_bucket\\{le="${withinSeconds}",kind="command"\\}`) / count(`${name}_count\\{kind="command"\\}`);
};

const directory = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
const slack = await startFakeSlack();
await writeFile(
  join(directory, 'sentinel.yaml'),
  JSON.stringify({
    dataDirectory: join(directory, 'data'),
    http: { port: 0 },
    slack: { mode: 'http', channel: 'C01BENCH', apiUrl: `${slack.url}/api/` },
  }),
);
const { child, address: ready } = startSentinel(directory);
try {
  const address = await ready;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await runRound(address, slack.url, round);
  const receiptsMs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) receiptsMs.push(...(await runRound(address, slack.url, round)));
  const atQuantile = (q: number): number => Math.round((quantile(receiptsMs, q) ?? Number.NaN) * 10) / 10;
  printResult({
    commands: receiptsMs.length,
    atOnce: PEOPLE,
    receiptMsP50: atQuantile(0.5),
    receiptMsP95: atQuantile(0.95),
    receiptMsP99: atQuantile(0.99),
    receiptMsMost: atQuantile(1),
    listenerShareWithin5Ms: await readListenerShare(address, '0.005'),
  });
} finally {
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  slack.close();
  await rm(directory, { recursive: true, force: true });
}
