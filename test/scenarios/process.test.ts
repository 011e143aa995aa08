import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reportMissing } from '../support/report-missing.ts';
import { createTestDatabase, startTestPostgres } from '../support/servers.ts';
import { systemClock } from '#kernel/clock.ts';
import { commandRequest, signRequest } from '../support/strict-slack/slack-requests.ts';
import { writeTestState } from '../support/state.ts';
import { startStrictSlack, type StrictSlack } from '../support/strict-slack/strict-slack.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const SIGNING_SECRET = 'a-signing-secret-of-the-test';
const WAIT = { timeout: 60_000, interval: 50 };
// Whole processes start, some of them twice, and other tests run beside them.
const LIMIT = { timeout: 120_000 };

describe('the process', LIMIT, () => {
  let directory: string;
  let slack: StrictSlack;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sentinel-process-'));
    slack = await startStrictSlack();
    slack.addChannel({ id: 'C01INCIDENTS' });
    const settings = {
      dataDirectory: join(directory, 'data'),
      http: { port: 0 },
      slack: { channel: 'C01INCIDENTS', apiUrl: slack.apiUrl },
    };
    await writeFile(join(directory, 'sentinel.yaml'), JSON.stringify(settings));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await slack.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const run = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) => {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: directory,
      env: { PATH: process.env['PATH'], SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: 'xapp-strict', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const said = { out: '', err: '' };
    child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString('utf8')));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    return { child, said, ended };
  };

  /** Where its HTTP server listens, once it watches. */
  const addressOf = async (said: { readonly out: string }): Promise<string> => {
    await vi.waitFor(() => expect(said.out).toContain('Sentinel watches'), WAIT);
    return /"address":"([^"]+)"/.exec(said.out)?.[1] ?? '';
  };

  it('prints the effective configuration with secrets masked', async () => {
    const { said, ended } = run(['--check-config']);
    expect(await ended).toBe(0);
    expect(said.out).toContain('interval: 30s');
    expect(said.out).toContain('SLACK_BOT_TOKEN');
    expect(said.out + said.err).not.toContain(slack.botToken);
  });

  it('lists every problem of its configuration at once and exits 1', async () => {
    await writeFile(join(directory, 'sentinel.yaml'), 'http:\n  port: 99999\ndetecton:\n  interval: 1s\n');
    const { said, ended } = run([], { SLACK_APP_TOKEN: 'wrong' });
    expect(await ended).toBe(1);
    expect(said.err).toContain('http.port');
    expect(said.err).toContain('detecton');
    expect(said.err).toContain('SLACK_APP_TOKEN');
  });

  it('refuses a data directory that another process uses, in one sentence, and exits 1', async () => {
    await writeTestState(join(directory, 'data', 'state'));
    const first = run();
    await addressOf(first.said);
    const second = run();
    expect(await second.ended).toBe(1);
    expect(second.said.err.trim().split('\n')).toEqual([
      `Another Sentinel already uses the data directory ${join(directory, 'data')}. Stop it, or choose another with dataDirectory in sentinel.yaml.`,
    ]);
    expect(first.child.exitCode).toBeNull();
  });

  it('watches although Slack cannot be connected, says so, and drains on SIGTERM', async () => {
    const { child, said, ended } = run();
    const address = await addressOf(said);
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
    const ready = await fetch(`${address}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('Slack is not connected.');
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain('sentinel_detection_ticks_total');

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.out + said.err).not.toContain(slack.botToken);
  });

  it('serves Slack over HTTP beside everything else, and refuses what Slack did not sign', async () => {
    await writeTestState(join(directory, 'data', 'state'));
    const settings = {
      dataDirectory: join(directory, 'data'),
      http: { port: 0 },
      slack: { mode: 'http', channel: 'C01INCIDENTS', apiUrl: slack.apiUrl },
    };
    await writeFile(join(directory, 'sentinel.yaml'), JSON.stringify(settings));
    const { child, said, ended } = run([], { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: SIGNING_SECRET });
    const address = await addressOf(said);
    const send = (secret: string, words: string) => {
      const request = commandRequest({ text: words, user: 'U01YOU', channel: 'C01INCIDENTS' }, slack.newResponseUrl());
      const signed = signRequest({ clock: systemClock, signingSecret: secret }, request);
      return fetch(`${address}/slack/events`, { method: 'POST', ...signed });
    };
    expect((await send('another-signing-secret', 'help')).status).toBe(401);
    expect((await send(SIGNING_SECRET, 'help')).status).toBe(200);
    await vi.waitFor(() => expect(slack.responses).toHaveLength(1), WAIT);
    expect(await (await fetch(`${address}/readyz`)).text()).not.toContain('Slack is not connected.');
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(said.out + said.err).not.toContain(SIGNING_SECRET);
  });

  it('opens the same data directory again after it ended', async () => {
    const first = run();
    await addressOf(first.said);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const second = run();
    await addressOf(second.said);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  });

  describe('with its state on a server', async () => {
    const postgres = await startTestPostgres();
    if (postgres.url === null) {
      reportMissing(postgres);
      return;
    }
    const { url: serverUrl, stop } = postgres;
    afterAll(stop);

    it('is the only one there while its telemetry is embedded, and a second one says so and exits 1', async () => {
      const { url, drop } = await createTestDatabase(serverUrl);
      const first = run([], { DATABASE_URL: url });
      await addressOf(first.said);
      await writeFile(join(directory, 'second.yaml'), JSON.stringify({ dataDirectory: join(directory, 'other') }));
      const second = run(['--config', 'second.yaml'], { DATABASE_URL: url });
      expect(await second.ended).toBe(1);
      expect(second.said.err.trim().split('\n')).toEqual([
        expect.stringMatching(/^Another Sentinel already uses this database\./) as string,
      ]);
      first.child.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      await drop();
    });
  });
});
