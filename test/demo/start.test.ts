import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeProgram } from './fake-local-slack.ts';
import { findFreePorts } from '../support/free-ports.ts';
import { runDemo } from './run-demo.ts';

describe('a demo that cannot start', () => {
  let directory: string;
  let port: number;
  let other: Server | undefined;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'demo-start-'));
    port = await findFreePorts(2);
  });

  afterEach(() => {
    other?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const occupy = (taken: number): Promise<void> =>
    new Promise((resolve) => {
      other = createServer().listen(taken, '127.0.0.1', () => resolve());
    });

  const start = async (localSlack: string): Promise<string> => {
    const demo = runDemo(directory, ['--port', String(port)], localSlack);
    expect(await demo.exitCode).toBe(1);
    return demo.printed().trim();
  };

  it.each([
    [0, 'the local Slack'],
    [1, 'Sentinel'],
  ])('names the port that is taken and --port, and announces no address (port + %i)', async (offset, owner) => {
    await occupy(port + offset);
    expect(await start(writeProgram(directory, ''))).toBe(
      `Port ${port + offset}, which ${owner} would listen on, is already in use by another program.\n` +
        `The demo needs ${port} and ${port + 1}: choose others with --port N, which takes N and N + 1.`,
    );
  });

  it('shows the one line of the local Slack that is meant for people', async () => {
    const program = writeProgram(
      directory,
      `console.error('var a=1;'.repeat(2000)); console.error('error: Failed to start server'); process.exit(3);`,
    );
    expect(await start(program)).toBe(`The local Slack did not start on port ${port}. error: Failed to start server`);
  });

  it('says how the local Slack ended where it gave no reason', async () => {
    expect(await start(writeProgram(directory, 'process.exit(3)'))).toBe(
      `The local Slack did not start on port ${port}. It ended with code 3.`,
    );
  });

  it('says that a file is no program', async () => {
    expect(await start('/etc/passwd')).toContain('/etc/passwd is not a program that this user may run.');
  });

  it('says how to get a local Slack where the named one does not exist', async () => {
    const advice = await start(join(directory, 'none'));
    expect(advice).toContain('does not exist');
    expect(advice).toContain('packages local-slack-<platform>-<arch>');
  });
});
