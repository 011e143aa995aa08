import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeFakeLocalSlack } from './fake-local-slack.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { runDemo, type RunningDemo } from './run-demo.ts';

const START_LIMIT_MS = 60_000;

describe('the demo, told to stop while it prepares', () => {
  let directory: string;
  let demo: RunningDemo;
  let port: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'demo-stop-'));
    port = await findFreePorts(2);
    demo = runDemo(directory, ['--port', String(port)], writeFakeLocalSlack(directory));
    await printed('two hours of a shop');
  }, START_LIMIT_MS);

  afterEach(() => {
    demo.process.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  });

  const printed = (text: string) =>
    vi.waitFor(() => expect(demo.printed()).toContain(text), { timeout: START_LIMIT_MS, interval: 20 });

  const localSlackAnswers = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/_control/state`).then(
      (response) => response.ok,
      () => false,
    );

  it('says so at once, makes no more history and leaves nothing behind', async () => {
    expect(await localSlackAnswers()).toBe(true);
    demo.process.kill('SIGINT');
    expect(await demo.exitCode).toBe(0);
    expect(demo.printed()).toContain('Stopping …');
    expect(demo.printed()).not.toContain('Try, in');
    expect(await localSlackAnswers()).toBe(false);
    expect(readdirSync(demo.temporary)).toEqual([]);
  });

  it('ends at once when told again, and still leaves nothing behind', async () => {
    // Cannot end in order, so that only the second signal can end the demo.
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGSTOP');
    demo.process.kill('SIGINT');
    await printed('Stopping …');
    const again = setInterval(() => demo.process.kill('SIGINT'), 100);
    expect(await demo.exitCode.finally(() => clearInterval(again))).toBe(1);
    expect(await localSlackAnswers()).toBe(false);
    expect(readdirSync(demo.temporary)).toEqual([]);
  });
});

it(
  'ends with a sentence and code 1 when the local Slack is killed',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'demo-stop-'));
    const demo = runDemo(directory, ['--port', String(await findFreePorts(2))], writeFakeLocalSlack(directory));
    await vi.waitFor(() => expect(demo.printed()).toContain('two hours of a shop'), { timeout: START_LIMIT_MS });
    process.kill(Number(readFileSync(join(directory, 'pid'), 'utf8')), 'SIGKILL');
    expect(await demo.exitCode).toBe(1);
    expect(demo.printed()).toContain('The local Slack ended by itself');
    expect(demo.printed()).not.toContain('"level"');
    rmSync(directory, { recursive: true, force: true });
  },
  START_LIMIT_MS,
);
