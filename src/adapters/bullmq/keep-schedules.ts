import type { JobsOptions } from 'bullmq';
import { SECOND_MS } from '#kernel/duration.ts';
import type { Logger } from '#ports/logger.ts';
import type { FaultLog } from './fault-log.ts';
import type { QueueHandle } from './queue-backend.ts';

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
  readonly payload: unknown;
  readonly queue: QueueHandle;
  readonly template: JobsOptions;
}

export interface KeptSchedules {
  /** Sets it now, and again whenever it is missing. */
  add(schedule: Schedule): Promise<void>;
  stop(): void;
}

const LOOK_EVERY_MS = 5 * SECOND_MS;

const set = ({ name, everyMs, payload, queue, template }: Schedule): Promise<unknown> =>
  queue.upsertJobScheduler(name, { every: everyMs }, { name, data: payload, opts: template });

/**
 * A Redis that keeps nothing on its disk comes back without schedules, and nothing would ever be
 * checked again. Those of this process are looked for all the while. A schedule that is set anew
 * runs at once; the cards whose jobs were lost with it are the housekeeping's.
 */
export const keepSchedules = (deps: { readonly logger: Logger }, warn: FaultLog): KeptSchedules => {
  const schedules = new Map<string, Schedule>();
  let isLooking = false;

  const lookFor = async (schedule: Schedule): Promise<void> => {
    if (await schedule.queue.getJobScheduler(schedule.name)) return;
    await set(schedule);
    deps.logger.warn(
      { job: schedule.name },
      'The job queue had lost a schedule, as an emptied Redis does; it is set again',
    );
  };
  const lookForAll = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      for (const schedule of schedules.values()) await lookFor(schedule);
    } catch (error) {
      warn({}, error instanceof Error ? error : new Error(String(error)), 'The schedules could not be looked for');
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void lookForAll(), LOOK_EVERY_MS);
  timer.unref();
  return {
    add: async (schedule) => {
      await set(schedule);
      schedules.set(schedule.name, schedule);
    },
    stop: () => clearInterval(timer),
  };
};
