import type { ReadinessCheck } from '#adapters/http/readiness.ts';
import type { SlackApp } from '#adapters/slack/create-slack-app.ts';
import { readDetectionStatus } from '#capabilities/detection/index.ts';
import { SECOND_MS } from '#kernel/duration.ts';
import { AppError } from '#kernel/errors.ts';
import type { JobQueue } from '#ports/job-queue.ts';
import { readSlackTroubles } from './bind-slack.ts';
import type { Ground } from './ground.ts';
import { LATE_INTERVALS, PING_LIMIT_MS } from './limits.ts';

/** What must be there before the process counts as ready. */
export const readinessChecks = (
  { clock, db, stateStore, telemetryStore, config, board }: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: SlackApp,
  startedAt: Date,
): readonly ReadinessCheck[] => [
  { name: 'state', check: () => stateStore.ping(PING_LIMIT_MS) },
  { name: 'telemetry', check: () => telemetryStore.ping(PING_LIMIT_MS) },
  {
    name: 'jobs',
    check: async () => {
      await jobQueue.depths();
    },
  },
  {
    name: 'slack',
    check: async () => {
      if (!slackApp.isConnected()) throw notReady(slackApp.refusal() ?? 'Slack is not connected.');
      // Said and no more: another instance would write to the same channel with the same token.
      const troubles = await readSlackTroubles(slackApp, board);
      return troubles.length === 0 ? undefined : troubles.join(' ');
    },
  },
  {
    name: 'detection',
    check: async () => {
      const { lastTickAt } = await readDetectionStatus({ clock, db, settings: config.detection });
      const ageMs = clock.now().getTime() - (lastTickAt ?? startedAt).getTime();
      const seconds = Math.round(ageMs / SECOND_MS);
      if (ageMs > LATE_INTERVALS * config.detection.intervalMs) throw notReady(`No check for ${seconds} s.`);
      return lastTickAt === null ? 'The first check is still to come.' : `The last check was ${seconds} s ago.`;
    },
  },
];

const notReady = (userMessage: string): AppError =>
  new AppError({ code: 'unavailable', isRetryable: true, userMessage });
