import {
  type BackendFactory,
  createPostgresBackend,
  createRedisBackend,
  type IQueueBackend,
  type JobsOptions,
  type PgPool,
  type Processor,
  runMigrations,
  withBackend,
  type WorkerOptions,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { AppError } from '#kernel/errors.ts';
import type { FaultLog } from './fault-log.ts';

export type QueueConnection =
  /** The pool of the embedded database, which stays the caller's. */
  | { readonly kind: 'pglite'; readonly pool: PgPool }
  /** `prefix` names the keys, default `bull`. */
  | { readonly kind: 'redis'; readonly url: string; readonly prefix?: string }
  /** A direct connection: LISTEN does not work through a pooler in transaction mode. */
  | { readonly kind: 'postgres'; readonly url: string };

export type JobProcessor = Processor<unknown, void>;
export type WorkerSettings = Omit<WorkerOptions, 'connection' | 'prefix'>;

/** A job that stands for later requests of its key. */
export interface StandingJob {
  readonly priority: number;
  changePriority(to: { readonly priority: number }): Promise<void>;
  isDelayed(): Promise<boolean>;
  /** Throws if it is not delayed any more. */
  promote(): Promise<void>;
}

/** What of a BullMQ queue is used here, the same for each backend. */
export interface QueueHandle {
  /** With the id of the job that stands for it, which is another one's where it was deduplicated. */
  add(name: string, data: unknown, options: JobsOptions): Promise<{ readonly id?: string | undefined }>;
  getJob(id: string): Promise<StandingJob | undefined>;
  upsertJobScheduler(
    id: string,
    repeat: { readonly every: number },
    template: { readonly name: string; readonly data: unknown; readonly opts: JobsOptions },
  ): Promise<unknown>;
  /** Undefined where there is none of that id. */
  getJobScheduler(id: string): Promise<object | undefined>;
  getJobCounts(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}

interface EndedJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly attemptsMade: number;
  /** Set once no further attempt follows. */
  readonly finishedOn?: number | undefined;
}

export interface WorkerHandle {
  run(): Promise<void>;
  waitUntilReady(): Promise<unknown>;
  close(isForced?: boolean): Promise<void>;
  on(event: 'failed', listener: (job: EndedJob | undefined, error: Error) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'stalled', listener: (jobId: string) => void): unknown;
}

export interface QueueBackend {
  openQueue(name: string): QueueHandle;
  openWorker(name: string, processor: JobProcessor, settings: WorkerSettings): WorkerHandle;
  /** Ends the connections that were opened here. */
  close(): Promise<void>;
}

const CONNECT_LIMIT_MS = 10_000;
const STATEMENT_LIMIT_MS = 30_000;
// Each worker keeps one for LISTEN; the others carry statements.
const POOL_SIZE = 10;
const KEEP_ALIVE_DELAY_MS = 10_000;
// Nobody reads the event stream; BullMQ would keep 10,000 a queue.
const EVENTS_KEPT = 100;
const REDIS_RETRY_MS = { first: 200, most: 5_000 } as const;

const unavailable = (what: string, cause: unknown): AppError =>
  new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: `The job queue on ${what} cannot be reached. Check that the server runs and that its address is right.`,
    cause,
  });

const bindBackend = <B extends IQueueBackend, C>(
  factory: BackendFactory<B, C>,
  connections: { readonly producer: C; readonly consumer: C },
  prefix: { readonly prefix?: string },
  onError: (error: Error) => void,
): Omit<QueueBackend, 'close'> => {
  const { Queue, Worker } = withBackend(factory);
  return {
    openQueue: (name) => {
      const queue = new Queue(name, {
        ...prefix,
        connection: connections.producer,
        streams: { events: { maxLen: EVENTS_KEPT } },
      });
      queue.on('error', onError);
      return queue;
    },
    openWorker: (name, processor, settings) =>
      new Worker<unknown, void>(name, processor, { ...settings, ...prefix, connection: connections.consumer }),
  };
};

const migrate = async (pool: PgPool): Promise<void> => {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
};

const openPostgres = async (url: string, onError: (error: Error) => void): Promise<QueueBackend> => {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    // The queue's statements name no schema.
    options: '-c search_path=bullmq',
    application_name: 'sentinel-jobs',
  });
  // The pool listens to idle connections only. One lost while it is in use would end the process.
  pool.on('connect', (client) => client.on('error', onError));
  pool.on('error', onError);
  // BullMQ declares `on` by overloads and node-postgres by a generic: the same calls, which TypeScript cannot see.
  const queuePool = pool as unknown as PgPool;
  try {
    await migrate(queuePool);
  } catch (error) {
    await pool.end();
    throw unavailable('PostgreSQL', error);
  }
  return {
    ...bindBackend(createPostgresBackend, { producer: queuePool, consumer: queuePool }, {}, onError),
    close: () => pool.end(),
  };
};

const openRedis = async (
  connection: Extract<QueueConnection, { kind: 'redis' }>,
  onError: (error: Error) => void,
): Promise<QueueBackend> => {
  const common = {
    lazyConnect: true,
    connectTimeout: CONNECT_LIMIT_MS,
    retryStrategy: (attempt: number) => Math.min(attempt * REDIS_RETRY_MS.first, REDIS_RETRY_MS.most),
  };
  // Who adds a job wants to hear at once that it cannot be taken; who waits for one wants to wait.
  const producer = new Redis(connection.url, { ...common, maxRetriesPerRequest: 1, enableOfflineQueue: false });
  const consumer = new Redis(connection.url, { ...common, maxRetriesPerRequest: null });
  producer.on('error', onError);
  consumer.on('error', onError);
  const disconnect = (): void => {
    producer.disconnect();
    consumer.disconnect();
  };
  try {
    await Promise.all([producer.connect(), consumer.connect()]);
  } catch (error) {
    disconnect();
    throw unavailable('Redis', error);
  }
  const prefix = connection.prefix === undefined ? {} : { prefix: connection.prefix };
  return {
    ...bindBackend(createRedisBackend, { producer, consumer }, prefix, onError),
    close: () => {
      disconnect();
      return Promise.resolve();
    },
  };
};

/** Connects and brings the queue's own tables forward, which several instances may do at once. */
export const openQueueBackend = async (connection: QueueConnection, warn: FaultLog): Promise<QueueBackend> => {
  const onError = (error: Error): void => warn({}, error, 'The job queue reports a fault');
  if (connection.kind === 'redis') return openRedis(connection, onError);
  if (connection.kind === 'postgres') return openPostgres(connection.url, onError);
  await migrate(connection.pool);
  const connections = { producer: connection.pool, consumer: connection.pool };
  return { ...bindBackend(createPostgresBackend, connections, {}, onError), close: () => Promise.resolve() };
};
