/** A run either ends, or asks to be run again at a later time without counting as an attempt. */
export type JobOutcome = { readonly kind: 'done' } | { readonly kind: 'delayed'; readonly until: Date };

export interface JobContext {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** Aborted at the time limit and when the process drains. */
  readonly signal: AbortSignal;
}

/**
 * One kind of job. Runs are at least once: `run` must be safe to run twice.
 * A payload that `parse` refuses is a dead job at once.
 */
export interface JobDefinition<Payload> {
  /** `entity.verb`. */
  readonly name: string;
  readonly queue: QueueName;
  parse(payload: unknown): Payload;
  run(payload: Payload, context: JobContext): Promise<JobOutcome>;
  readonly attempts: number;
  /** First wait before a retry; doubles with jitter, at most 64 times it. */
  readonly backoffMs: number;
  readonly timeoutMs: number;
  /**
   * Jobs with the same key are one: while one waits, further ones are dropped; while
   * one runs, the last further one is kept and runs after it.
   */
  deduplicationKey?(payload: Payload): string;
}

export const QUEUE_NAMES = ['detection', 'slack', 'housekeeping'] as const;
export type QueueName = (typeof QUEUE_NAMES)[number];

export interface JobRequest {
  readonly name: string;
  readonly payload: unknown;
  /** The same id is enqueued once. Jobs with a deduplication key go by that alone. */
  readonly id?: string;
  /** 1 is first. */
  readonly priority?: number;
}

export interface QueueDepth {
  readonly queue: QueueName;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

export interface JobQueue {
  /** Throws AppError `unavailable` if the queue cannot take it. Never call it inside a transaction. */
  enqueue(request: JobRequest): Promise<void>;
  /** Runs a job every so often, once across all instances. Replaces the schedule of that name, and outlives a queue that is emptied. */
  schedule(name: string, everyMs: number, payload: unknown): Promise<void>;
  depths(): Promise<readonly QueueDepth[]>;
  /** Stops taking jobs, waits for running ones up to the limit, then aborts them. */
  drain(limitMs: number): Promise<void>;
}
