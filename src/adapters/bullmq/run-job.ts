import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Clock } from '#kernel/clock.ts';
import { addMs } from '#kernel/duration.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { JobDefinition, JobOutcome } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface RunJobDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

// Definitions of different payloads live in one registry; each parses its own.
// oxlint-disable-next-line no-explicit-any
export type AnyJobDefinition = JobDefinition<any>;

/** What of a BullMQ job is used here. */
export interface ClaimedJob {
  readonly id?: string | undefined;
  readonly name: string;
  readonly data: unknown;
  readonly attemptsMade: number;
  moveToDelayed(timestampMs: number, token?: string): Promise<unknown>;
  moveToWait(token?: string): Promise<unknown>;
}

class DrainedError extends Error {}

/** Stops every run that has not ended, so that its job goes back to the queue. */
export interface RunningJobs {
  readonly controllers: Set<AbortController>;
}

export const abortAll = ({ controllers }: RunningJobs): void => {
  for (const controller of controllers) controller.abort(new DrainedError('the process stops'));
};

const parsePayload = (definition: AnyJobDefinition, data: unknown): unknown => {
  try {
    return definition.parse(data);
  } catch (error) {
    throw new UnrecoverableError(`payload refused: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const runLimited = async (
  definition: AnyJobDefinition,
  job: ClaimedJob,
  payload: unknown,
  running: RunningJobs,
): Promise<JobOutcome> => {
  const controller = new AbortController();
  const aborted = Promise.withResolvers<never>();
  controller.signal.addEventListener('abort', () => aborted.reject(controller.signal.reason as Error), { once: true });
  const timer = setTimeout(() => {
    const userMessage = `The job ${definition.name} took longer than ${definition.timeoutMs} ms and was stopped.`;
    controller.abort(new AppError({ code: 'timeout', isRetryable: true, userMessage }));
  }, definition.timeoutMs);
  running.controllers.add(controller);
  try {
    const attempt = job.attemptsMade + 1;
    const isLastAttempt = attempt >= definition.attempts;
    const context = { id: job.id ?? '', attempt, isLastAttempt, signal: controller.signal };
    return await Promise.race([definition.run(payload, context), aborted.promise]);
  } finally {
    clearTimeout(timer);
    running.controllers.delete(controller);
  }
};

/**
 * Runs one claimed job and ends as BullMQ wants to be told: returns when done, throws
 * DelayedError after having put it off, UnrecoverableError when no further attempt can help.
 */
export const runJob = async (
  deps: RunJobDeps,
  definitions: ReadonlyMap<string, AnyJobDefinition>,
  running: RunningJobs,
  job: ClaimedJob,
  token: string | undefined,
): Promise<void> => {
  const definition = definitions.get(job.name);
  // Perhaps of a newer release that shares the queue: retried, so that one who knows it can take it.
  if (!definition) throw new Error(`this release knows no job named ${job.name}`);
  const payload = parsePayload(definition, job.data);
  const startedAt = deps.clock.now().getTime();
  try {
    const outcome = await runLimited(definition, job, payload, running);
    deps.metrics.increment('sentinel_jobs_total', { job: job.name, outcome: outcome.kind });
    if (outcome.kind === 'done') return;
    // BullMQ counts in the machine's time, the outcome in the clock's.
    const delayMs = Math.max(0, outcome.until.getTime() - deps.clock.now().getTime());
    await job.moveToDelayed(addMs(new Date(), delayMs).getTime(), token);
    throw new DelayedError();
  } catch (error) {
    if (error instanceof DrainedError) {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    if (isAppError(error) && !error.isRetryable) {
      deps.logger.error({ err: error, job: job.name, jobId: job.id }, 'A job failed for good');
      throw new UnrecoverableError(error.message);
    }
    throw error;
  } finally {
    const tookMs = deps.clock.now().getTime() - startedAt;
    deps.metrics.observe('sentinel_job_seconds', tookMs / 1000, { job: job.name });
  }
};
