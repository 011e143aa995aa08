import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface RunningDemo {
  readonly process: ChildProcess;
  /** Both streams so far. */
  printed(): string;
  readonly exitCode: Promise<number | null>;
  /** Where its scratch is. */
  readonly temporary: string;
}

/** Starts the demo's process with a temporary directory of its own below `directory`. */
export const runDemo = (directory: string, flags: readonly string[], localSlack: string): RunningDemo => {
  const temporary = join(directory, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const child = spawn(process.execPath, ['demo/src/main.ts', '--no-open', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temporary, LOCAL_SLACK_BIN: localSlack },
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { process: child, printed: () => printed, exitCode, temporary };
};

/** A port that was free a moment ago, and so was the one after it. */
export const findFreePorts = async (): Promise<number> => {
  for (;;) {
    const port = await tryListen(0);
    if (port !== null && port < 65_535 && (await tryListen(port + 1)) !== null) return port;
  }
};

const tryListen = (wanted: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(wanted, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
