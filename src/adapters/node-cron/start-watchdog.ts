import { schedule } from 'node-cron';
import { NoticeNotPosted } from '#capabilities/watchdog/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { isAppError } from '#kernel/errors.ts';
import type { Logger } from '#ports/logger.ts';

export interface WatchdogDeps {
  readonly clock: Clock;
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

const SAME_FAULT_EVERY_MS = 15 * MINUTE_MS;

/** Logs what a check failed of, the same at most every 15 minutes: an outage lasts longer than a check's pause. */
const createFaultLog = ({ clock, logger }: Pick<WatchdogDeps, 'clock' | 'logger'>): ((error: unknown) => void) => {
  const logged = new Map<string, number>();
  return (error) => {
    const what =
      error instanceof NoticeNotPosted
        ? 'A notice of the watchdog could not be posted; it is tried again'
        : 'The watchdog could not do its check';
    const fault = error instanceof NoticeNotPosted || isAppError(error) ? error.code : 'bug';
    const key = `${what} (${fault})`;
    const nowMs = clock.now().getTime();
    if (nowMs - (logged.get(key) ?? -Infinity) < SAME_FAULT_EVERY_MS) return;
    logged.set(key, nowMs);
    logger.error({ err: error }, what);
  };
};

/**
 * Runs the check in this process, on a timer that shares nothing with the job queue it
 * watches. A check that takes longer than the pause is not joined by a second one.
 */
export const startWatchdog = (deps: WatchdogDeps): Watchdog => {
  const logFault = createFaultLog(deps);
  let underWay: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      await deps.check();
    } catch (error) {
      logFault(error);
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
