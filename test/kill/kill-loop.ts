import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import type { Random } from '#kernel/random.ts';
import { startStrictSlack, type StrictSlack } from '../support/strict-slack/strict-slack.ts';

/** Where in its work a process is killed. */
export const KILL_POINTS = ['detection', 'commit', 'post'] as const;
export type KillPoint = (typeof KILL_POINTS)[number];

export interface KillServers {
  /** An empty database. */
  readonly databaseUrl: string;
  readonly redisUrl: string;
}

export interface KillReport {
  readonly kills: Readonly<Record<KillPoint, number>>;
  /** Kills that left a committed outbox row which nobody had enqueued. */
  readonly leftUnqueued: number;
  /** Kills that left a message in Slack which nobody had recorded. */
  readonly leftUnrecorded: number;
  /** Services that failed: each is one incident. */
  readonly services: number;
  readonly incidents: number;
  readonly cards: number;
  /** Incidents that should be there and are not, or have no card. */
  readonly lost: readonly string[];
  /** Marks of messages that are in Slack more than once. */
  readonly twice: readonly string[];
  /** What the strict Slack refused. */
  readonly problems: readonly string[];
  readonly seconds: number;
}

const CHANNEL = 'C01INCIDENTS';
const VICTIM = join(import.meta.dirname, 'victim-child.ts');
const READY_LIMIT_MS = 30 * SECOND_MS;
const POINT_LIMIT_MS = 15 * SECOND_MS;
// Housekeeping asks again for what a job gave up on, every ten minutes.
const SETTLE_LIMIT_MS = 12 * MINUTE_MS;
const POLL_MS = 5;
const SETTLE_POLL_MS = 500;
/** At most so long after the start of watching; a tick comes each quarter of a second. */
const DETECTION_KILL_MS = 600;

const kill = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const cardsIn = (slack: StrictSlack): number =>
  slack
    .messages(CHANNEL)
    .filter(({ blocks }) => blocks.some(({ block_id: id }) => String(id).startsWith('sentinel:incident-card:'))).length;

const marksIn = (slack: StrictSlack): readonly string[] =>
  slack
    .messages(CHANNEL)
    .flatMap((card) => [card, ...slack.messages(CHANNEL, card.ts)])
    .flatMap(({ blocks }) => blocks.map(({ block_id: id }) => String(id)))
    .filter((id) => id.startsWith('sentinel:'));

export interface KillDeps {
  readonly random: Random;
  /** Aborted once nobody waits for the report any more. */
  readonly signal?: AbortSignal;
  onKill?(done: number): void;
}

/**
 * Kills Sentinel with SIGKILL so many times, at each point in turn, each time while a further
 * service fails; then lets one process finish, and counts. State is on PostgreSQL, jobs on Redis.
 * Throws when it is aborted; no process outlives it.
 */
export const runKills = async (deps: KillDeps, servers: KillServers, times: number): Promise<KillReport> => {
  const startedMs = performance.now();
  const directory = await mkdtemp(join(tmpdir(), 'sentinel-kill-'));
  const slack = await startStrictSlack();
  slack.addChannel({ id: CHANNEL });
  const db = new pg.Client({ connectionString: servers.databaseUrl });
  await db.connect();
  const kills = { detection: 0, commit: 0, post: 0 };
  let [leftUnqueued, leftUnrecorded, hasTables] = [0, 0, false];
  const services: string[] = [];
  let running: ChildProcess | undefined;

  const until = async (
    limitMs: number,
    isTrue: () => Promise<boolean> | boolean,
    pollMs = POLL_MS,
  ): Promise<boolean> => {
    const giveUpAt = performance.now() + limitMs;
    while (performance.now() < giveUpAt) {
      deps.signal?.throwIfAborted();
      if (await isTrue()) return true;
      await wait(pollMs);
    }
    return false;
  };

  const count = async (sql: string): Promise<number> => {
    const { rows } = await db.query<{ n: string }>(sql);
    return Number(rows[0]?.n);
  };
  const incidentServices = async (): Promise<ReadonlySet<string>> => {
    if (!hasTables) return new Set();
    const { rows } = await db.query<{ service: string }>(
      'SELECT DISTINCT service FROM app.anomalies WHERE incident_id IS NOT NULL',
    );
    return new Set(rows.map(({ service }) => service));
  };

  const start = async (number: number): Promise<ChildProcess> => {
    const known = await incidentServices();
    const dataDirectory = join(directory, `data-${number}`);
    await mkdir(dataDirectory);
    const file = join(directory, `sentinel-${number}.yaml`);
    const settings = {
      dataDirectory,
      http: { port: 0 },
      slack: { channel: CHANNEL, apiUrl: slack.apiUrl, pace: '0s' },
    };
    await writeFile(file, JSON.stringify(settings));
    const child = spawn(process.execPath, [VICTIM, file, ...services.filter((service) => !known.has(service))], {
      env: {
        PATH: process.env['PATH'],
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_APP_TOKEN: 'xapp-strict',
        DATABASE_URL: servers.databaseUrl,
        REDIS_URL: servers.redisUrl,
        LOG_LEVEL: 'silent',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running = child;
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    const isReady = await until(READY_LIMIT_MS, () => said.includes('watching') || child.exitCode !== null);
    if (!isReady || child.exitCode !== null) throw new Error(`Process ${number} did not start: ${said}`);
    hasTables = true;
    return child;
  };

  const reach = async (point: KillPoint): Promise<void> => {
    if (point === 'detection') {
      await wait(deps.random() * DETECTION_KILL_MS);
      return;
    }
    if (point === 'commit') {
      await until(POINT_LIMIT_MS, async () => (await count(UNQUEUED)) > 0);
      return;
    }
    const before = slack.messages(CHANNEL).length;
    slack.failNext('chat.postMessage', { kind: 'hangs' });
    await until(POINT_LIMIT_MS, () => slack.messages(CHANNEL).length > before);
  };

  try {
    for (let number = 0; number < times; number += 1) {
      const point = KILL_POINTS[number % KILL_POINTS.length] ?? 'detection';
      services.push(`service-${number}`);
      const child = await start(number);
      await reach(point);
      await kill(child);
      kills[point] += 1;
      if ((await count(UNQUEUED)) > 0) leftUnqueued += 1;
      if ((await count(UNRECORDED)) > 0) leftUnrecorded += 1;
      await rm(join(directory, `data-${number}`), { recursive: true, force: true });
      deps.onKill?.(number + 1);
    }
    const last = await start(times);
    const isSettled = async (): Promise<boolean> =>
      (await incidentServices()).size === services.length &&
      (await count(UNQUEUED)) === 0 &&
      (await count(UNRECORDED)) === 0 &&
      cardsIn(slack) >= services.length;
    await until(SETTLE_LIMIT_MS, isSettled, SETTLE_POLL_MS);
    await kill(last);

    const known = await incidentServices();
    const { rows: unposted } = await db.query<{ number: number }>(
      `SELECT number FROM app.incidents i WHERE NOT EXISTS
         (SELECT 1 FROM app.slack_posts p WHERE p.key = 'incident-card:' || i.id AND p.ts IS NOT NULL)`,
    );
    const marks = marksIn(slack);
    return {
      kills,
      leftUnqueued,
      leftUnrecorded,
      services: services.length,
      incidents: await count('SELECT count(*) AS n FROM app.incidents'),
      cards: cardsIn(slack),
      lost: [...services.filter((service) => !known.has(service)), ...unposted.map(({ number }) => `INC-${number}`)],
      twice: [...new Set(marks.filter((mark, at) => marks.indexOf(mark) !== at))],
      problems: slack.problems,
      seconds: Math.round((performance.now() - startedMs) / SECOND_MS),
    };
  } finally {
    if (running) await kill(running);
    await db.end();
    await slack.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

const UNQUEUED = 'SELECT count(*) AS n FROM app.outbox WHERE enqueued_at IS NULL';
// A notice of blindness that its process did not live to record is nobody's once sight is back.
const UNRECORDED = `SELECT count(*) AS n FROM app.slack_posts
  WHERE attempted_at IS NOT NULL AND ts IS NULL AND incident_id IS NOT NULL`;
