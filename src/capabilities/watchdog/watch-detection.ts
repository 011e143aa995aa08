import type { Database } from '#database/state-store.ts';
import type { Logger } from '#ports/logger.ts';
import { BLIND_AFTER_INTERVALS, checkDetection, type DetectionHealth, type TickRecord } from './check-detection.ts';
import { describeBlind, describeSight } from './describe-blindness.ts';
import { sayOnce, type SayOnceDeps } from './say-once.ts';

export interface WatchDetectionDeps extends SayOnceDeps {
  readonly logger: Logger;
  readonly settings: { readonly intervalMs: number; readonly processStartedAt: Date };
}

interface Episode {
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

// One row is the latch of all instances: open while blind, closed since.
const LATCH = 'detection-blind';

const readLatestTicks = async (db: Database): Promise<readonly TickRecord[]> => {
  const rows = await db
    .selectFrom('detection_ticks')
    .select(['started_at', 'finished_at', 'sight', 'unseen_because'])
    .orderBy('finished_at', 'desc')
    .limit(BLIND_AFTER_INTERVALS)
    .execute();
  return rows.map((row) => ({
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    sight: row.sight,
    unseenBecause: row.unseen_because,
  }));
};

const openEpisode = async ({ db }: WatchDetectionDeps, startedAt: Date): Promise<void> => {
  await db
    .insertInto('notices')
    .values({ key: LATCH, claimed_at: startedAt, ended_at: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet({ claimed_at: startedAt, ended_at: null })
        .where('notices.ended_at', 'is not', null),
    )
    .execute();
};

const closeEpisode = async ({ db, clock }: WatchDetectionDeps): Promise<void> => {
  await db
    .updateTable('notices')
    .set({ ended_at: clock.now() })
    .where('key', '=', LATCH)
    .where('ended_at', 'is', null)
    .execute();
};

const readEpisode = async ({ db }: WatchDetectionDeps): Promise<Episode | undefined> => {
  const row = await db.selectFrom('notices').selectAll().where('key', '=', LATCH).executeTakeFirst();
  return row && { startedAt: row.claimed_at, endedAt: row.ended_at };
};

const keyOf = (what: 'blind' | 'sees-again', { startedAt }: Episode): string =>
  `detection-${what}:${startedAt.toISOString()}`;

/**
 * Says on the board when nobody is looking, and when somebody is again: each once, whatever
 * the number of instances, and however often this runs. It needs neither the job queue nor
 * a tick, and is meant to be run every few seconds.
 */
export const watchDetection = async (deps: WatchDetectionDeps): Promise<DetectionHealth> => {
  const { intervalMs, processStartedAt } = deps.settings;
  const now = deps.clock.now();
  const health = checkDetection(now, intervalMs, processStartedAt, await readLatestTicks(deps.db));
  if (health.kind === 'unsure') return health;
  await (health.kind === 'blind' ? openEpisode(deps, health.since) : closeEpisode(deps));
  const episode = await readEpisode(deps);
  if (!episode) return health;
  if (health.kind === 'blind') {
    const notice = describeBlind(keyOf('blind', episode), health, now, intervalMs);
    if (await sayOnce(deps, notice)) deps.logger.error({ reason: health.reason, since: health.since }, notice.headline);
  } else if (episode.endedAt !== null) {
    const blindMs = episode.endedAt.getTime() - episode.startedAt.getTime();
    const notice = describeSight(keyOf('sees-again', episode), blindMs);
    if (await sayOnce(deps, notice)) deps.logger.info({ blindMs }, notice.headline);
  }
  return health;
};
