import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { workspaceConfiguration } from './workspace.ts';

const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 2_000;
const PACKAGE = 'local-slack-linux-x64';

interface LocalSlack {
  readonly url: string;
  stop(): Promise<void>;
  /** Resolves once the process has ended, wanted or not. */
  readonly ended: Promise<void>;
}

type Found = { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly advice: string };

/** `LOCAL_SLACK_BIN` wins; else the optional npm package, which exists for Linux on x64 only. */
export const findLocalSlack = (configured: string | undefined): Found => {
  if (configured !== undefined && configured !== '') {
    return existsSync(configured)
      ? { kind: 'found', path: configured }
      : { kind: 'missing', advice: `LOCAL_SLACK_BIN names ${configured}, which does not exist.` };
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    return { kind: 'found', path: join(dirname(manifest), 'bin', 'local-slack') };
  } catch {
    return {
      kind: 'missing',
      advice:
        `There is no local Slack for ${process.platform}-${process.arch} among the installed packages.\n` +
        'Get local-slack for your platform from npm (packages local-slack-<platform>-<arch>) or build it from\n' +
        'https://github.com/parvalabs/local-slack, then run: LOCAL_SLACK_BIN=/path/to/local-slack npm run demo',
    };
  }
};

/**
 * Starts local-slack in a process group of its own, so that Ctrl-C reaches Sentinel first and its last
 * writes still find a Slack. Throws with what the process printed if it is not ready in time.
 */
export const startLocalSlack = async (options: {
  readonly binary: string;
  readonly directory: string;
  readonly port: number;
  readonly shouldOpen: boolean;
}): Promise<LocalSlack> => {
  const configuration = join(options.directory, 'local-slack.json');
  writeFileSync(configuration, workspaceConfiguration());
  const flags = ['--config', configuration, '--port', String(options.port), '--base-host', '127.0.0.1'];
  const child = spawn(options.binary, options.shouldOpen ? [...flags, '--open'] : flags, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const state = { hasEnded: false };
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      state.hasEnded = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', (error) => {
      printed += error.message;
      end();
    });
  });

  const isOver = (): boolean => state.hasEnded;

  const stop = async (): Promise<void> => {
    if (isOver()) return;
    child.kill('SIGTERM');
    await Promise.race([ended, wait(STOP_LIMIT_MS, undefined, { ref: false })]);
    if (!isOver()) child.kill('SIGKILL');
    await ended;
  };

  const url = `http://127.0.0.1:${options.port}`;
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline && !isOver()) {
    const isUp = await fetch(`${url}/_control/state`).then(
      (response) => response.ok,
      () => false,
    );
    // Something else may answer on a port that local-slack could not take.
    if (isUp && !isOver()) return { url, stop, ended };
    await wait(100);
  }
  await stop();
  throw new Error(`The local Slack did not start on port ${options.port}.\n${printed.trim()}`);
};
