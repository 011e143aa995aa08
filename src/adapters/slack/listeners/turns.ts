import { setImmediate as loopTurn } from 'node:timers/promises';

/**
 * Lets callers go on one by one, each in an event-loop turn of its own. The embedded database answers
 * without a turn in between, so that fifty commands at once would hold the loop until the last is
 * done, and Slack's next requests would wait for their receipts that long.
 */
export const createTurns = (): (() => Promise<void>) => {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => loopTurn());
    return last;
  };
};
