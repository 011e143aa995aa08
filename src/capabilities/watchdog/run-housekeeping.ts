import type { StateStore } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { JobDefinition } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import type { TelemetryStore } from '#ports/telemetry-store.ts';

/** Something that is due again and again: deleting what is past its time, putting right what went wrong. */
export interface Chore {
  /** For the log: "outbox rows". */
  readonly what: string;
  /** Returns how many rows it was about. */
  run(now: Date): Promise<number>;
}

export interface HousekeepingDeps {
  readonly telemetryStore: Pick<TelemetryStore, 'deleteOlderThan'>;
  readonly stateStore: Pick<StateStore, 'vacuum'>;
  readonly chores: readonly Chore[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { readonly retention: Retention };
}

interface Retention {
  readonly logsMs: number;
  readonly spansMs: number;
  readonly metricsMs: number;
}

export const HOUSEKEEPING_JOB = 'housekeeping.run';
export const HOUSEKEEPING_EVERY_MS = 10 * MINUTE_MS;
const TIME_LIMIT_MS = 5 * MINUTE_MS;

const stepsOf = (deps: HousekeepingDeps, now: Date): readonly { what: string; run(): Promise<unknown> }[] => {
  const { logsMs, spansMs, metricsMs } = deps.settings.retention;
  const limits = { logs: addMs(now, -logsMs), spans: addMs(now, -spansMs), metrics: addMs(now, -metricsMs) };
  return [
    { what: 'telemetry', run: () => deps.telemetryStore.deleteOlderThan(limits) },
    ...deps.chores.map((chore) => ({ what: chore.what, run: () => chore.run(now) })),
    // Last, so that it clears what the others deleted.
    { what: 'vacuum', run: () => deps.stateStore.vacuum() },
  ];
};

/** Deletes what is past its time and tidies the state store. A step that fails is logged and stops no other. */
export const runHousekeeping = async (deps: HousekeepingDeps, signal?: AbortSignal): Promise<void> => {
  for (const { what, run } of stepsOf(deps, deps.clock.now())) {
    if (signal?.aborted) return;
    try {
      deps.logger.debug({ what, rows: await run() }, 'Housekeeping step done');
    } catch (error) {
      deps.logger.error({ err: error, what }, 'Housekeeping step failed; it is tried again at the next run');
    }
  }
};

export const housekeepingJob = (deps: HousekeepingDeps): JobDefinition<null> => ({
  name: HOUSEKEEPING_JOB,
  queue: 'housekeeping',
  parse: () => null,
  run: async (_payload, { signal }) => {
    await runHousekeeping(deps, signal);
    return { kind: 'done' };
  },
  attempts: 1,
  backoffMs: MINUTE_MS,
  timeoutMs: TIME_LIMIT_MS,
});
