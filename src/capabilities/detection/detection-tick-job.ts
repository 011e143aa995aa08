import { SECOND_MS } from '#kernel/duration.ts';
import type { JobDefinition } from '#ports/job-queue.ts';
import { type DetectionDeps, runDetectionTick } from './run-detection-tick.ts';

export const DETECTION_TICK_JOB = 'detection.tick';

/** Runs one tick; a tick that failed is not repeated, the next one looks at the same minutes. */
export const detectionTickJob = (deps: DetectionDeps): JobDefinition<null> => ({
  name: DETECTION_TICK_JOB,
  queue: 'detection',
  parse: () => null,
  run: async (_, { signal }) => {
    await runDetectionTick(deps, { signal });
    return { kind: 'done' };
  },
  attempts: 1,
  backoffMs: SECOND_MS,
  timeoutMs: 25 * SECOND_MS,
});
