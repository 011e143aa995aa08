import { schedule } from 'node-cron';
import type { Logger } from '#ports/logger.ts';

export interface WatchdogDeps {
  readonly logger: Logger;
  /** `watchDetection`, bound. */
  check(): Promise<unknown>;
}

export interface Watchdog {
  /** Waits for a check that is under way. */
  stop(): Promise<void>;
}

// The shortest detection interval is 10 s, three of which are the patience of the check.
const EVERY_10_SECONDS = '*/10 * * * * *';

/**
 * Runs the check in this process, on a timer that shares nothing with the job queue it
 * watches. A check that takes longer than the pause is not joined by a second one.
 */
export const startWatchdog = (deps: WatchdogDeps): Watchdog => {
  let underWay: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      await deps.check();
    } catch (error) {
      deps.logger.error({ err: error }, 'The watchdog could not do its check');
    }
  };
  const task = schedule(
    EVERY_10_SECONDS,
    () => {
      underWay = check();
      return underWay;
    },
    {
      name: 'watchdog',
      noOverlap: true,
      suppressMissedWarning: true,
      logger: {
        debug: (message) => deps.logger.debug({}, String(message)),
        info: (message) => deps.logger.info({}, message),
        warn: (message) => deps.logger.warn({}, message),
        error: (message, error) => deps.logger.error({ err: error ?? message }, 'The watchdog timer reports a fault'),
      },
    },
  );
  return {
    stop: async () => {
      await task.destroy();
      await underWay;
    },
  };
};
