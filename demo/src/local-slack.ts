import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SECOND_MS } from '../../src/kernel/duration.ts';
import { workspaceConfiguration } from './workspace.ts';

const READY_LIMIT_MS = 15_000;
const STOP_LIMIT_MS = 2_000;
const ANSWER_LIMIT_MS = 2_000;
const POLL_MS = 100;
const MOST_PRINTED = 100_000;
const MOST_SAID = 300;
const PACKAGE = 'local-slack-linux-x64';
const HOW_TO_GET =
  'Get local-slack for your platform from npm (packages local-slack-<platform>-<arch>) or build it from\n' +
  'https://github.com/parvalabs/local-slack, then run: LOCAL_SLACK_BIN=/path/to/local-slack npm run demo';

interface StartOptions {
  readonly binary: string;
  readonly directory: string;
  readonly port: number;
  readonly shouldOpen: boolean;
  /** Gives the start up. */
  readonly signal: AbortSignal;
}

type Started =
  | {
      readonly kind: 'started';
      readonly url: string;
      stop(): Promise<void>;
      /** Resolves once the process has ended, wanted or not. */
      readonly ended: Promise<void>;
    }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly reason: string };

type Found = { readonly kind: 'found'; readonly path: string } | { readonly kind: 'missing'; readonly advice: string };

/** `LOCAL_SLACK_BIN` wins; else the optional npm package, which exists for Linux on x64 only. */
export const findLocalSlack = (configured: string | undefined): Found => {
  if (configured !== undefined && configured !== '') {
    return existsSync(configured)
      ? { kind: 'found', path: configured }
      : { kind: 'missing', advice: `LOCAL_SLACK_BIN names ${configured}, which does not exist.\n${HOW_TO_GET}` };
  }
  try {
    const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
    return { kind: 'found', path: join(dirname(manifest), 'bin', 'local-slack') };
  } catch {
    return {
      kind: 'missing',
      advice: `There is no local Slack for ${process.platform}-${process.arch} among the installed packages.\n${HOW_TO_GET}`,
    };
  }
};

/**
 * Starts local-slack in a process group of its own, so that Ctrl-C reaches Sentinel first and its last
 * writes still find a Slack. It is killed with this process, however this ends by itself.
 */
export const startLocalSlack = async (options: StartOptions): Promise<Started> => {
  const configuration = join(options.directory, 'local-slack.json');
  // Whoever sits at this machine asks by its clock.
  writeFileSync(configuration, workspaceConfiguration(Intl.DateTimeFormat().resolvedOptions().timeZone));
  // A killed local-slack would leave its own temporary directory.
  const files = join(options.directory, 'files');
  const where = ['--port', String(options.port), '--base-host', '127.0.0.1'];
  const flags = ['--config', configuration, '--files-dir', files, ...where, ...(options.shouldOpen ? ['--open'] : [])];
  const child = spawnProgram(options.binary, flags);
  if (child instanceof Error) return { kind: 'failed', reason: cannotRun(options.binary, child) };
  process.on('exit', () => child.kill('SIGKILL'));
  let printed = '';
  const keep = (chunk: Buffer): void => {
    printed = (printed + chunk.toString('utf8')).slice(-MOST_PRINTED);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let ending: string | null = null;
  const ended = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      ending ??= how;
      resolve();
    };
    child.once('exit', (code, signal) => end(signal === null ? `It ended with code ${code}.` : `${signal} ended it.`));
    child.once('error', (error: NodeJS.ErrnoException) => end(cannotRun(options.binary, error)));
  });
  const howItEnded = (): string | null => ending;
  const allIsRead = new Promise((resolve) => child.once('close', resolve));

  const stop = async (): Promise<void> => {
    if (howItEnded() !== null) return;
    child.kill('SIGTERM');
    await Promise.race([ended, wait(STOP_LIMIT_MS, undefined, { ref: false })]);
    if (howItEnded() === null) child.kill('SIGKILL');
    await ended;
  };

  const url = `http://127.0.0.1:${options.port}`;
  const deadline = Date.now() + READY_LIMIT_MS;
  while (Date.now() < deadline && howItEnded() === null && !options.signal.aborted) {
    const isUp = await fetch(`${url}/_control/state`, {
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
    }).then(
      (response) => response.ok,
      () => false,
    );
    // Something else may answer on a port that local-slack could not take.
    if (isUp && howItEnded() === null) return { kind: 'started', url, stop, ended };
    await wait(POLL_MS);
  }
  const how = howItEnded();
  await stop();
  if (options.signal.aborted) return { kind: 'stopped' };
  await Promise.race([allIsRead, wait(STOP_LIMIT_MS, undefined, { ref: false })]);
  const why = how === null ? `It did not answer within ${READY_LIMIT_MS / SECOND_MS} s.` : (errorLine(printed) ?? how);
  return { kind: 'failed', reason: `The local Slack did not start on port ${options.port}. ${why}` };
};

/** Most refusals of the system come as an event, but some are thrown. */
const spawnProgram = (binary: string, flags: readonly string[]) => {
  try {
    return spawn(binary, flags, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
};

const cannotRun = (binary: string, { code }: NodeJS.ErrnoException): string =>
  code === 'EACCES' || code === 'ENOEXEC'
    ? `${binary} is not a program that this user may run.`
    : `${binary} cannot be run (${code ?? 'an error'}).`;

/** The one line that is meant for people: around it the program's own source may be shown. */
const errorLine = (printed: string): string | null => {
  const line = printed
    .split('\n')
    .map((each) => each.trim())
    .find((each) => /^error:/i.test(each));
  return line === undefined ? null : line.slice(0, MOST_SAID);
};
