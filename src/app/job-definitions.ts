import { forgetDeliveries } from '#adapters/slack/listeners/first-delivery.ts';
import { detectionTickJob, forgetOldTicks, readLatencyP99, readSignalChart } from '#capabilities/detection/index.ts';
import { forgetAnomalies, incidentCardSyncJob, resyncCards } from '#capabilities/incidents/index.ts';
import { ANSWERS_KEPT_MS, forgetAnswers } from '#adapters/slack/listeners/kept-answers.ts';
import { forgetDeliveredMatches, logMatchJob, readMatchesChart } from '#capabilities/log-matches/index.ts';
import { callGraphRefreshJob } from '#capabilities/topology/index.ts';
import { forgetNotices, housekeepingJob } from '#capabilities/watchdog/index.ts';
import { forgetOutbox } from '#database/forget-outbox.ts';
import { addMs, DAY_MS } from '#kernel/duration.ts';
import { callGraphDeps, detectionDeps, logMatchDeps } from './bind-detection.ts';
import type { Ground } from './ground.ts';

const FORGET_ANOMALIES_AFTER_MS = 30 * DAY_MS;
const FORGET_NOTICES_AFTER_MS = 30 * DAY_MS;

/** Every job that there is. */
export const jobDefinitions = (ground: Ground) => {
  const { db, clock, telemetryStore, config } = ground;
  return [
    detectionTickJob(detectionDeps(ground)),
    logMatchJob(logMatchDeps(ground)),
    callGraphRefreshJob(callGraphDeps(ground)),
    incidentCardSyncJob({
      ...ground,
      readSignalChart: (request) =>
        request.signal === 'log_match'
          ? readMatchesChart({ telemetryStore }, request)
          : readSignalChart({ clock, telemetryStore, settings: config.detection }, request),
      readLatencyP99: (request) => readLatencyP99({ telemetryStore }, request),
    }),
    housekeepingJob({
      ...ground,
      settings: { retention: config.retention },
      chores: [
        { what: 'cards', run: (now) => resyncCards(db, now) },
        { what: 'detection ticks', run: () => forgetOldTicks({ clock, db }) },
        { what: 'requests of Slack', run: (now) => forgetDeliveries(db, addMs(now, -2 * DAY_MS)) },
        { what: 'answers', run: (now) => forgetAnswers(db, addMs(now, -ANSWERS_KEPT_MS)) },
        { what: 'deliveries of log lines', run: (now) => forgetDeliveredMatches(db, now) },
        { what: 'outbox rows', run: (now) => forgetOutbox(db, addMs(now, -DAY_MS)) },
        { what: 'anomalies', run: (now) => forgetAnomalies(db, addMs(now, -FORGET_ANOMALIES_AFTER_MS)) },
        { what: 'notices', run: (now) => forgetNotices(db, addMs(now, -FORGET_NOTICES_AFTER_MS)) },
      ],
    }),
  ];
};
