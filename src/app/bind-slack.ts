import type { SlackApp } from '#adapters/slack/create-slack-app.ts';
import type { SlackCommands } from '#adapters/slack/listeners/listener-deps.ts';
import type { StatusView } from '#adapters/slack/cards/status-card.ts';
import { acceptNewNormal, latencyOf, readDetectionStatus } from '#capabilities/detection/index.ts';
import {
  acknowledgeIncident,
  listAnomalies,
  listIncidents,
  readShownIncident,
  reopenIncident,
  resolveIncident,
} from '#capabilities/incidents/index.ts';
import { HOUR_MS } from '#kernel/duration.ts';
import type { IncidentBoard } from '#ports/incident-board.ts';
import type { JobQueue } from '#ports/job-queue.ts';
import { detectionDeps } from './bind-detection.ts';
import { logQueryCommands } from './bind-log-query.ts';
import type { Ground } from './ground.ts';
import { LATE_INTERVALS, PING_LIMIT_MS } from './limits.ts';

type SlackConnection = Pick<SlackApp, 'isConnected' | 'refusal'>;

/** What Slack has against the token or a channel, for people. */
export const readSlackTroubles = async (
  slackApp: SlackConnection,
  board: Pick<IncidentBoard, 'readTroubles'>,
): Promise<readonly string[]> => {
  const refusal = slackApp.refusal();
  const troubles = await board.readTroubles();
  return refusal === null ? troubles : [refusal, ...troubles];
};

/** What people can do from Slack, bound to what does it. */
export const slackCommands = (
  ground: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: () => SlackConnection,
): SlackCommands => {
  const { db } = ground;
  return {
    acknowledge: (number, actor) => acknowledgeIncident(ground, { number }, actor),
    resolve: (number, resolution, actor) => resolveIncident(ground, { number, resolution }, actor),
    reopen: (number, actor) => reopenIncident(ground, { number }, actor),
    accept: (service, actor) => acceptNewNormal(detectionDeps(ground), { service }, actor),
    listOpenIncidents: () => listIncidents({ db }, { state: 'unresolved' }),
    findIncidentView: (number) => readShownIncident({ db, latencyOf }, number),
    ...logQueryCommands(ground),
    readStatus: () => readStatus(ground, jobQueue, slackApp()),
  };
};

/** What `/sentinel status` says. */
const readStatus = async (
  { db, clock, config, telemetryStore, fieldGaps, board }: Ground,
  jobQueue: Pick<JobQueue, 'depths'>,
  slackApp: SlackConnection,
): Promise<StatusView> => {
  const { intervalMs } = config.detection;
  const askedAt = performance.now();
  const [open, status, untracked, depths, troubles, telemetryMs] = await Promise.all([
    listIncidents({ db }, { state: 'unresolved' }),
    readDetectionStatus({ clock, db, settings: config.detection }),
    listAnomalies({ db }),
    jobQueue.depths(),
    readSlackTroubles(slackApp, board),
    telemetryStore.ping(PING_LIMIT_MS).then(
      () => performance.now() - askedAt,
      () => null,
    ),
  ]);
  const total = (of: 'waiting' | 'failed'): number => depths.reduce((sum, depth) => sum + depth[of], 0);
  const { lastTickAt, ticksLastHour, ticksExpected, sight } = status;
  const isLate = lastTickAt !== null && clock.now().getTime() - lastTickAt.getTime() > LATE_INTERVALS * intervalMs;
  return {
    open,
    servicesWatched: status.servicesWatched,
    lastCheckAt: lastTickAt,
    sight: isLate || sight === 'unreachable' || sight === 'unreadable' ? 'blind' : (sight ?? 'seeing'),
    checks: { done: ticksLastHour, expected: ticksExpected, spanMs: Math.min(HOUR_MS, ticksExpected * intervalMs) },
    telemetry: { kind: config.telemetry.kind, answerMs: telemetryMs },
    jobs: { waiting: total('waiting'), failed: total('failed') },
    slack: { isConnected: slackApp.isConnected(), troubles },
    faintest: status.smallestVisible,
    untracked,
    gaps: [...fieldGaps(), ...status.gaps.map((gap) => gap.message)],
    note: config.slack.dialect === 'local' ? 'Demo: nothing leaves this machine' : null,
  };
};
