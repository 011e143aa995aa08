import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { env, getuid } from 'node:process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import pg from 'pg';
import { findFreePorts } from './free-ports.ts';

const run = promisify(execFile);
const START_LIMIT_MS = 20_000;
const RETRY_MS = 50;

export interface MissingServer {
  readonly url: null;
  readonly reason: string;
}

/** A server that tests may use, or why there is none. */
export type TestServer = { readonly url: string; stop(): Promise<void> } | MissingServer;

/** A server of one test, which may end and come back. */
export interface PrivateServer {
  readonly url: string;
  /** Ends it at once, as if its machine had lost power. */
  crash(): Promise<void>;
  /** On the same port, with what it had on its disk. */
  startAgain(): Promise<void>;
  stop(): Promise<void>;
}

const untilReady = async (probe: () => Promise<void>): Promise<void> => {
  const giveUpAt = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

interface Program {
  readonly url: string;
  readonly directory: string;
  readonly stopSignal: NodeJS.Signals;
  readonly crashSignal: NodeJS.Signals;
  start(): ChildProcess;
  ping(url: string): Promise<void>;
}

const runPrivately = async ({
  url,
  directory,
  stopSignal,
  crashSignal,
  start,
  ping,
}: Program): Promise<PrivateServer> => {
  let child = start();
  const kill = (): void => void child.kill(stopSignal);
  process.once('exit', kill);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended(child);
  };
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    await end(stopSignal);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(() => ping(url));
  } catch (error) {
    await stop();
    throw error;
  }
  const startAgain = async (): Promise<void> => {
    child = start();
    await untilReady(() => ping(url));
  };
  return { url, crash: () => end(crashSignal), startAgain, stop };
};

const pingRedis = async (url: string): Promise<void> => {
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
};

const pingPostgres = async (url: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('SELECT 1');
  } finally {
    await client.end();
  }
};

const findInPath = (name: string): string | undefined =>
  (env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** TEST_REDIS_URL, or a private redis-server on a free port. */
export const startTestRedis = async (): Promise<TestServer> => {
  const given = env['TEST_REDIS_URL'];
  if (!given) return startPrivateRedis();
  await pingRedis(given);
  return { url: given, stop: () => Promise.resolve() };
};

/** A redis-server that keeps nothing on its disk. */
export const startPrivateRedis = async (): Promise<PrivateServer | MissingServer> => {
  const binary = findInPath('redis-server');
  if (!binary) return { url: null, reason: 'TEST_REDIS_URL is not set and there is no redis-server in PATH' };
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-redis-'));
  const port = await findFreePorts(1);
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const start = () => spawn(binary, flags, { stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  return runPrivately({ url, directory, stopSignal: 'SIGTERM', crashSignal: 'SIGKILL', start, ping: pingRedis });
};

const findPostgres = async (): Promise<string | undefined> => {
  const root = '/usr/lib/postgresql';
  if (!existsSync(root)) return undefined;
  const versions = (await readdir(root)).toSorted((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(root, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
};

const idsOf = async (user: string): Promise<{ readonly uid: number; readonly gid: number }> => {
  const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
};

/** TEST_POSTGRES_URL, or a private server on a free port. */
export const startTestPostgres = async (): Promise<TestServer> => {
  const given = env['TEST_POSTGRES_URL'];
  if (!given) return startPrivatePostgres();
  await pingPostgres(given);
  return { url: given, stop: () => Promise.resolve() };
};

/** As another user where we are root, which it refuses. */
export const startPrivatePostgres = async (): Promise<PrivateServer | MissingServer> => {
  const bin = await findPostgres();
  if (!bin)
    return { url: null, reason: 'TEST_POSTGRES_URL is not set and there is no PostgreSQL in /usr/lib/postgresql' };
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-postgres-'));
  const owner = getuid?.() === 0 ? await idsOf('nobody') : undefined;
  if (owner) await chown(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const asOwner = { ...owner, cwd: directory };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '-E', 'UTF8', '--no-sync'], asOwner);
  const port = await findFreePorts(1);
  const settings = ['fsync=off', 'max_connections=200', `unix_socket_directories=${directory}`].flatMap((s) => [
    '-c',
    s,
  ]);
  const flags = ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...settings];
  const start = () => spawn(join(bin, 'postgres'), flags, { ...asOwner, stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  // Immediate shutdown: nothing is written, and the next start recovers. SIGKILL would leave its children.
  return runPrivately({ url, directory, stopSignal: 'SIGQUIT', crashSignal: 'SIGQUIT', start, ping: pingPostgres });
};

/** An empty database of its own on the server, dropped at the end. */
export const createTestDatabase = async (
  serverUrl: string,
): Promise<{ readonly url: string; drop(): Promise<void> }> => {
  const name = `sentinel_test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const inServer = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await inServer(`CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => inServer(`DROP DATABASE ${name} WITH (FORCE)`) };
};
