import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { seededRandom } from '#kernel/random.ts';
import { printResult, readMemoryMb } from './machine.ts';
import { makeRequests } from './synthetic-logs.ts';

/**
 * Seconds from the start of the process until it watches, on a warm data directory, and its memory
 * after some minutes of work. With DATABASE_URL, REDIS_URL and ELASTICSEARCH_URL in the
 * environment it uses those servers.
 */

// The flags of `npm start`, without npm.
const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } };
const [, ...START] = scripts.start.split(' ');

const TOKEN = 'bench-token-0123456789';
const READY_WITHIN_MS = 60 * SECOND_MS;
const WORK_MS = 2 * MINUTE_MS;
const LINES_PER_SECOND = 200;
const HISTORY_LINES = 200_000;
const STARTS = 3;

const directory = await mkdtemp(join(tmpdir(), 'sentinel-bench-'));
const file = join(directory, 'sentinel.yaml');
await writeFile(
  file,
  JSON.stringify({
    dataDirectory: join(directory, 'data'),
    http: { port: 0 },
    detection: { interval: '10s' },
    slack: { apiUrl: 'http://127.0.0.1:9/api/' },
  }),
);

interface Running {
  readonly child: ChildProcess;
  readonly address: string;
  readonly seconds: number;
}

const start = async (): Promise<Running> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [...START, '--config', file], {
    env: {
      ...process.env,
      SLACK_BOT_TOKEN: 'xoxb-bench',
      SLACK_APP_TOKEN: 'xapp-bench',
      SENTINEL_INGEST_TOKENS: `bench=${TOKEN}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  while (!said.includes('Sentinel watches')) {
    if (child.exitCode !== null || performance.now() - startedMs > READY_WITHIN_MS)
      throw new Error(`Sentinel did not start:\n${said}`);
    await wait(5);
  }
  const seconds = Math.round(performance.now() - startedMs) / SECOND_MS;
  return { child, seconds, address: /"address":"([^"]+)"/.exec(said)?.[1] ?? '' };
};

const stop = async ({ child }: Running): Promise<void> => {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
};

const random = seededRandom(1);

const send = async (address: string, count: number, fromMs: number, toMs: number): Promise<void> => {
  const lines = makeRequests(random, { count, services: 20, fromMs, toMs }).map((row) =>
    JSON.stringify({
      '@timestamp': new Date(row.timestampMs).toISOString(),
      'service.name': row.service,
      level: row.level,
      message: row.message,
      duration_ms: row.durationMs,
      status_code: row.statusCode,
      'trace.id': row.traceId,
    }),
  );
  const response = await fetch(`${address}/ingest/ndjson?index=logs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  if (!response.ok) throw new Error(`Ingest answered ${response.status}: ${await response.text()}`);
};

try {
  const cold = await start();
  const nowMs = Date.now();
  const hourAgoMs = nowMs - 65 * MINUTE_MS;
  const batch = 20_000;
  for (let at = 0; at < HISTORY_LINES; at += batch) {
    const edge = (offset: number): number => hourAgoMs + ((nowMs - hourAgoMs) * (at + offset)) / HISTORY_LINES;
    await send(cold.address, batch, edge(0), edge(batch));
  }
  await stop(cold);

  const warmSeconds: number[] = [];
  for (let count = 1; count < STARTS; count += 1) {
    const warm = await start();
    warmSeconds.push(warm.seconds);
    await stop(warm);
  }
  const last = await start();
  warmSeconds.push(last.seconds);
  for (const until = performance.now() + WORK_MS; performance.now() < until;) {
    await wait(SECOND_MS);
    await send(last.address, LINES_PER_SECOND, Date.now() - SECOND_MS, Date.now());
  }
  const pid = last.child.pid ?? 0;
  const [residentMb, residentMbAtMost] = [readMemoryMb(pid, 'VmRSS'), readMemoryMb(pid, 'VmHWM')];
  await stop(last);
  printResult({
    coldStartSeconds: cold.seconds,
    warmStartSeconds: warmSeconds.toSorted((a, b) => a - b)[Math.floor(STARTS / 2)] ?? Number.NaN,
    residentMb,
    residentMbAtMost,
    telemetry: process.env['ELASTICSEARCH_URL'] === undefined ? 'embedded' : 'Elasticsearch',
    state: process.env['DATABASE_URL'] === undefined ? 'embedded' : 'PostgreSQL',
    jobs: process.env['REDIS_URL'] === undefined ? 'as the state' : 'Redis',
  });
} finally {
  await rm(directory, { recursive: true, force: true });
}
