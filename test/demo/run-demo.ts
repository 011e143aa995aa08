import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
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
