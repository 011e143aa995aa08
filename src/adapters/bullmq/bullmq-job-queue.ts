import { randomUUID } from 'node:crypto';
import type { JobsOptions } from 'bullmq';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';
import { LATE, within } from '#kernel/within.ts';
import { type JobQueue, type JobRequest, QUEUE_NAMES, type QueueDepth, type QueueName } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';
import { createFaultLog } from './fault-log.ts';
import { keepSchedules } from './keep-schedules.ts';
import { openQueueBackend, type QueueConnection, type QueueHandle, type WorkerHandle } from './queue-backend.ts';
import { retryDelayMs } from './retry-delay.ts';
import { abortAll, type AnyJobDefinition, runJob, type RunningJobs } from './run-job.ts';

export interface JobQueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface JobQueueOptions {
  readonly definitions: readonly AnyJobDefinition[];
  readonly connection: QueueConnection;
  /** Jobs of a queue that run at the same time in this process. */
  readonly concurrency?: Partial<Readonly<Record<QueueName, number>>>;
}

export interface BullmqJobQueue extends JobQueue {
  /** Begins to take jobs. Until then jobs can only be enqueued and scheduled. */
  start(): Promise<void>;
}

const CONCURRENCY: Readonly<Record<QueueName, number>> = { detection: 2, slack: 5, housekeeping: 1 };
// A killed process's job is taken up again once its lock has run out and two stalled
// checks have seen it: within 10 s. Locks are renewed at half of their duration.
const LOCK_MS = 6_000;
const STALLED_CHECK_MS = 2_000;
// A job that takes its process down with it is given up after that many times. Of a process that is
// killed again and again most jobs are only bystanders: with 3, one in twenty was given up.
const MOST_STALLS = 12;
const WORKER_RETRY_MS = 1_000;
const WITHOUT_PRIORITY = 5;
const ENQUEUE_LIMIT_MS = 5_000;
const DEPTHS_LIMIT_MS = 5_000;
const DEPTHS_EVERY_MS = 15_000;
const ABORT_GRACE_MS = 2_000;
const CLOSE_LIMIT_MS = 2_000;

// The same id is refused for as long as its job is kept. Completed jobs are kept far longer
// than the moment between an enqueue and the mark on its outbox row.
const KEEP_COMPLETED = { age: 3_600, count: 1_000 } as const;
const KEEP_DEAD = { age: 7 * 24 * 3_600, count: 1_000 } as const;

const unavailable = (cause?: unknown): AppError =>
  new AppError({
    code: 'unavailable',
    isRetryable: true,
    userMessage: 'The job queue cannot take work right now. It is tried again.',
    cause,
  });

const withinLimit = async <T>(work: Promise<T>, limitMs: number): Promise<T> => {
  try {
    const answer = await within(limitMs, work);
    if (answer !== LATE) return answer;
  } catch (error) {
    throw unavailable(error);
  }
  throw unavailable();
};

/** Whether the work ended, either way. Its error is left to whoever awaits it. */
const settlesWithin = async (work: Promise<unknown>, limitMs: number): Promise<boolean> =>
  (await within(limitMs, Promise.allSettled([work]))) !== LATE;

const templateOf = (definition: AnyJobDefinition): JobsOptions => ({
  attempts: definition.attempts,
  backoff: { type: 'doubling', delay: definition.backoffMs },
  removeOnComplete: KEEP_COMPLETED,
  removeOnFail: KEEP_DEAD,
});

const deduplicationOf = (definition: AnyJobDefinition, payload: unknown): string | undefined => {
  if (!definition.deduplicationKey) return undefined;
  try {
    return `${definition.name}/${definition.deduplicationKey(definition.parse(payload))}`;
  } catch {
    // It is taken all the same, and is a dead job when it runs: seen, and nobody's hold-up.
    return undefined;
  }
};

const optionsOf = (definition: AnyJobDefinition, request: JobRequest): JobsOptions => {
  const options = { ...templateOf(definition), priority: request.priority ?? WITHOUT_PRIORITY };
  const key = deduplicationOf(definition, request.payload);
  // An id that may come again must not go with a key: the key would then belong to a job that
  // was refused for its id, and drop every later request. So the job gets an id of its own.
  if (key !== undefined) return { ...options, jobId: randomUUID(), deduplication: { id: key, keepLastIfActive: true } };
  return request.id === undefined ? options : { ...options, jobId: request.id };
};

/**
 * A request that a waiting job stands for lends it its priority, if that is the more urgent one; a job that was
 * put off then runs at once, because what it waits for was decided for a less urgent one.
 */
const addJob = async (definition: AnyJobDefinition, queue: QueueHandle, request: JobRequest): Promise<void> => {
  const options = optionsOf(definition, request);
  const { id } = await queue.add(request.name, request.payload, options);
  if (!options.deduplication || id === undefined || id === options.jobId) return;
  const { priority = WITHOUT_PRIORITY } = options;
  const standIn = await queue.getJob(id);
  if (!standIn || standIn.priority <= priority) return;
  await standIn.changePriority({ priority });
  if (!(await standIn.isDelayed())) return;
  await standIn.promote().catch(async (error: unknown) => {
    if (await standIn.isDelayed()) throw error;
  });
};

const depthOf = async (name: QueueName, queue: QueueHandle): Promise<QueueDepth> => {
  const counts = await queue.getJobCounts();
  return {
    queue: name,
    waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0) + (counts['paused'] ?? 0),
    active: counts['active'] ?? 0,
    delayed: counts['delayed'] ?? 0,
    failed: counts['failed'] ?? 0,
  };
};

/** The registry of jobs, run by BullMQ on PGlite, Redis or PostgreSQL. Throws AppError if it cannot be reached. */
export const createBullmqJobQueue = async (deps: JobQueueDeps, options: JobQueueOptions): Promise<BullmqJobQueue> => {
  const definitions = new Map(options.definitions.map((definition) => [definition.name, definition]));
  invariant(definitions.size === options.definitions.length, 'each job is defined once');
  const warn = createFaultLog(deps);
  const backend = await openQueueBackend(options.connection, warn);
  const running: RunningJobs = { controllers: new Set() };
  const queues = new Map(QUEUE_NAMES.map((name) => [name, backend.openQueue(name)]));
  const schedules = keepSchedules(deps, warn);
  let isDrained = false;

  const queueOf = (name: string): { readonly definition: AnyJobDefinition; readonly queue: QueueHandle } => {
    const definition = definitions.get(name);
    const queue = definition && queues.get(definition.queue);
    if (!definition || !queue) {
      const userMessage = `This release of Sentinel knows no job named ${name}.`;
      throw new AppError({ code: 'rejected', isRetryable: false, userMessage });
    }
    if (isDrained) throw unavailable();
    return { definition, queue };
  };

  const openWorker = (name: QueueName): WorkerHandle => {
    const worker = backend.openWorker(name, (job, token) => runJob(deps, definitions, running, job, token), {
      autorun: false,
      concurrency: options.concurrency?.[name] ?? CONCURRENCY[name],
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_STALLS,
      runRetryDelay: WORKER_RETRY_MS,
      settings: {
        backoffStrategy: (attempt, _type, error, job) => {
          const backoff = job?.opts.backoff;
          const firstMs = typeof backoff === 'object' ? (backoff.delay ?? 0) : 0;
          return retryDelayMs(deps.random, firstMs, attempt, error);
        },
      },
    });
    worker.on('error', (error) => warn({ queue: name }, error, 'A job worker reports a fault'));
    worker.on('stalled', (jobId) => deps.logger.warn({ queue: name, jobId }, 'A job whose process died is run again'));
    worker.on('failed', (job, error) => {
      const label = job && definitions.has(job.name) ? job.name : 'unknown';
      const fields = { err: error, job: job?.name, jobId: job?.id, attempts: job?.attemptsMade };
      if (job?.finishedOn === undefined) {
        deps.metrics.increment('sentinel_jobs_total', { job: label, outcome: 'failed' });
        deps.logger.warn(fields, 'A job failed and is tried again');
      } else {
        deps.metrics.increment('sentinel_jobs_total', { job: label, outcome: 'dead' });
        deps.metrics.increment('sentinel_dead_jobs_total', { job: label });
        deps.logger.error(fields, 'A job was given up');
      }
    });
    return worker;
  };
  const workers = QUEUE_NAMES.map(openWorker);

  const depths = async (): Promise<readonly QueueDepth[]> => {
    const all = await withinLimit(
      Promise.all([...queues].map(([name, queue]) => depthOf(name, queue))),
      DEPTHS_LIMIT_MS,
    );
    for (const { queue, ...states } of all) {
      for (const [state, count] of Object.entries(states)) {
        deps.metrics.set('sentinel_queue_depth', count, { queue, state });
      }
    }
    return all;
  };
  const depthsTimer = setInterval(() => {
    depths().catch((error: unknown) => deps.logger.warn({ err: error }, 'Queue depths could not be read'));
  }, DEPTHS_EVERY_MS);
  depthsTimer.unref();

  return {
    depths,
    start: async () => {
      await withinLimit(Promise.all(workers.map((worker) => worker.waitUntilReady())), ENQUEUE_LIMIT_MS);
      for (const worker of workers) {
        worker.run().catch((error: unknown) => deps.logger.error({ err: error }, 'A job worker stopped'));
      }
    },
    enqueue: async (request) => {
      const { definition, queue } = queueOf(request.name);
      await withinLimit(addJob(definition, queue, request), ENQUEUE_LIMIT_MS);
    },
    schedule: async (name, everyMs, payload) => {
      const { definition, queue } = queueOf(name);
      const template = templateOf(definition);
      await withinLimit(schedules.add({ name, everyMs, payload, queue, template }), ENQUEUE_LIMIT_MS);
    },
    drain: async (limitMs) => {
      if (isDrained) return;
      isDrained = true;
      clearInterval(depthsTimer);
      schedules.stop();
      const closing = Promise.allSettled(workers.map((worker) => worker.close()));
      if (!(await settlesWithin(closing, limitMs))) {
        deps.logger.warn(
          { limitMs, jobs: running.controllers.size },
          'Running jobs are stopped and go back to the queue',
        );
        abortAll(running);
        if (!(await settlesWithin(closing, ABORT_GRACE_MS))) {
          deps.logger.error({}, 'The job queue does not answer; its running jobs are taken up after their locks');
        }
      }
      await settlesWithin(Promise.allSettled([...queues.values()].map((queue) => queue.close())), CLOSE_LIMIT_MS);
      await settlesWithin(backend.close(), CLOSE_LIMIT_MS);
    },
  };
};
