import { OUTBOX_CHANNEL, type StateStore } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import type { JobQueue } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { Metrics } from '#ports/metrics.ts';

export interface OutboxRelayDeps {
  readonly stateStore: Pick<StateStore, 'db' | 'listen'>;
  readonly jobQueue: Pick<JobQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface OutboxRelayLimits {
  readonly batchRows: number;
  /** The backup of the notification at commit. */
  readonly pollMs: number;
  /** Longest pause while the queue or the database is away; the first is `pollMs`. */
  readonly mostPauseMs: number;
  /** How long a row that was refused for its own sake stands aside. */
  readonly setAsideMs: number;
  readonly mostSetAside: number;
}

export const OUTBOX_RELAY_LIMITS: OutboxRelayLimits = {
  batchRows: 100,
  pollMs: 1_000,
  mostPauseMs: 30_000,
  setAsideMs: 60_000,
  mostSetAside: 1_000,
};

export interface OutboxRelay {
  /** Ends after the batch at hand. Rows that are left wait for the next start. */
  stop(): Promise<void>;
}

interface PendingRow {
  readonly id: number;
  readonly job: string;
  readonly payload: unknown;
  readonly priority: number;
  readonly created_at: Date;
}

// The time keeps the id unique where a new database counts from 1 beside an old queue.
const jobIdOf = (row: PendingRow): string => `outbox-${row.id}-${row.created_at.getTime()}`;

const readPending = (deps: OutboxRelayDeps, limit: number, without: readonly number[]): Promise<PendingRow[]> => {
  const pending = deps.stateStore.db
    .selectFrom('outbox')
    .select(['id', 'job', 'payload', 'priority', 'created_at'])
    .where('enqueued_at', 'is', null);
  return (without.length > 0 ? pending.where('id', 'not in', without) : pending)
    .orderBy('priority')
    .orderBy('id')
    .limit(limit)
    .execute();
};

const markEnqueued = async (deps: OutboxRelayDeps, ids: readonly number[]): Promise<void> => {
  if (ids.length === 0) return;
  await deps.stateStore.db
    .updateTable('outbox')
    .set({ enqueued_at: deps.clock.now() })
    .where('id', 'in', ids)
    .execute();
};

const countPending = async (deps: OutboxRelayDeps): Promise<void> => {
  const { pending } = await deps.stateStore.db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('pending'))
    .where('enqueued_at', 'is', null)
    .executeTakeFirstOrThrow();
  deps.metrics.set('sentinel_outbox_pending', pending);
};

/**
 * Turns committed outbox rows into jobs, by priority and then in the order of writing.
 * A row is enqueued before it is marked, with a job id of its own: a crash in between, or
 * another instance at the same row, enqueues it again, which the queue refuses or, for jobs
 * with a deduplication key, answers with one further run at most.
 *
 * No transaction is held while a job is enqueued: an embedded queue shares the session.
 */
export const startOutboxRelay = async (
  deps: OutboxRelayDeps,
  limits: OutboxRelayLimits = OUTBOX_RELAY_LIMITS,
): Promise<OutboxRelay> => {
  /** Rows that were refused for their own sake, with when to try them again. */
  const setAside = new Map<number, number>();
  let isStopped = false;
  let isWoken = false;
  let pass: Promise<void> | undefined;
  let pauseMs = 0;
  let pausedUntilMs = 0;

  const refused = (row: PendingRow, error: unknown): void => {
    deps.logger.error(
      { err: error, job: row.job, outboxId: row.id },
      'An outbox row cannot be enqueued; it stands aside',
    );
    if (setAside.size >= limits.mostSetAside) setAside.clear();
    setAside.set(row.id, deps.clock.now().getTime() + limits.setAsideMs);
  };

  const enqueueRow = async (row: PendingRow): Promise<'enqueued' | 'refused'> => {
    try {
      const { job: name, payload, priority } = row;
      await deps.jobQueue.enqueue({ name, payload, priority, id: jobIdOf(row) });
      return 'enqueued';
    } catch (error) {
      if (isAppError(error) && error.isRetryable) throw error;
      refused(row, error);
      return 'refused';
    }
  };

  const relayBatch = async (): Promise<{ readonly isLast: boolean }> => {
    const now = deps.clock.now().getTime();
    for (const [id, until] of setAside) if (until <= now) setAside.delete(id);
    const rows = await readPending(deps, limits.batchRows, [...setAside.keys()]);
    const enqueued: number[] = [];
    try {
      for (const row of rows) {
        if (isStopped) break;
        if ((await enqueueRow(row)) === 'enqueued') enqueued.push(row.id);
      }
    } finally {
      await markEnqueued(deps, enqueued);
    }
    return { isLast: rows.length < limits.batchRows };
  };

  const relayAll = async (): Promise<void> => {
    isWoken = false;
    try {
      while (!isStopped && !(await relayBatch()).isLast);
      await countPending(deps);
      pauseMs = 0;
    } catch (error) {
      pauseMs = Math.min(Math.max(limits.pollMs, pauseMs * 2), limits.mostPauseMs);
      pausedUntilMs = deps.clock.now().getTime() + pauseMs;
      deps.logger.warn({ err: error, pauseMs }, 'The outbox waits: its rows cannot be enqueued right now');
    }
  };

  const wake = (): void => {
    isWoken = true;
    if (isStopped || pass || deps.clock.now().getTime() < pausedUntilMs) return;
    pass = relayAll().finally(() => {
      pass = undefined;
      if (isWoken) wake();
    });
  };

  const stopListening = await deps.stateStore.listen(OUTBOX_CHANNEL, wake);
  const timer = setInterval(wake, limits.pollMs);
  wake();

  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await pass;
      await stopListening();
    },
  };
};
