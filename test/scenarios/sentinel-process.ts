import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { writeTestState } from '../support/state.ts';
import type { StrictSlack } from '../support/strict-slack/strict-slack.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const TOKEN = 'of-a-scenario-0123456789';
const PER_MINUTE = 12;
const READY = { timeout: 60_000, interval: 100 };

export const CHANNEL = 'C01INCIDENTS';

/** `node src/main.ts` in a directory of its own, as production runs it. */
export interface SentinelProcess {
  readonly child: ChildProcess;
  readonly address: string;
  /** All that it printed. */
  said(): string;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
  /** Sends log lines, one JSON object each; the answer's status. */
  send(lines: readonly string[]): Promise<number>;
  /** The value of each series of a metric, by its labels as printed. */
  metric(name: string): Promise<ReadonlyMap<string, number>>;
}

export interface ProcessOptions {
  /** Made if it is missing; a second process in it finds what the first one left. */
  readonly directory: string;
  readonly slack: StrictSlack;
  readonly settings?: object;
  readonly env?: Readonly<Record<string, string>>;
}

/** Ready once this resolves; killed at the end of the test at the latest. */
export const startSentinelProcess = async (options: ProcessOptions): Promise<SentinelProcess> => {
  const { directory, slack, settings = {}, env = {} } = options;
  await mkdir(directory, { recursive: true });
  const dataDirectory = join(directory, 'data');
  if (!env['DATABASE_URL'] && !existsSync(dataDirectory)) await writeTestState(join(dataDirectory, 'state'));
  const defaults = {
    dataDirectory,
    http: { port: 0 },
    detection: { interval: '10s', lag: '1s' },
    slack: { channel: CHANNEL, apiUrl: slack.apiUrl },
  };
  await writeFile(join(directory, 'sentinel.yaml'), JSON.stringify({ ...defaults, ...settings }));
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory,
    env: {
      PATH: process.env['PATH'],
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: 'xapp-strict',
      SENTINEL_INGEST_TOKENS: `test=${TOKEN}`,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await vi.waitFor(() => expect(said).toContain('Sentinel watches'), READY);
  const address = /"address":"([^"]+)"/.exec(said)?.[1] ?? '';
  const send = async (lines: readonly string[]): Promise<number> => {
    const { status } = await fetch(`${address}/ingest/ndjson?index=logs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    return status;
  };
  const metric = async (name: string): Promise<ReadonlyMap<string, number>> => {
    const text = await (await fetch(`${address}/metrics`)).text();
    const series = text.matchAll(new RegExp(`^${name}(\\{[^}]*\\})? (\\S+)$`, 'gm'));
    return new Map([...series].map(([, labels = '', value]) => [labels, Number(value)]));
  };
  return { child, address, said: () => said, kill, send, metric };
};

/** 66 minutes of requests, every second one of the last three failed. */
export const logLines = (service: string, isFailing: boolean): readonly string[] =>
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

/** The mark and the text of each incident card in the channel. */
export const cardsIn = (slack: StrictSlack): readonly { readonly mark: string; readonly text: string }[] =>
  slack.messages(CHANNEL).flatMap(({ blocks, text }) => {
    const mark = blocks.map(({ block_id: id }) => String(id)).find((id) => id.startsWith('sentinel:incident-card:'));
    return mark === undefined ? [] : [{ mark, text }];
  });
