import { z } from 'zod';
import type { Database } from '#database/state-store.ts';
import type { DetectionGap, TickSight } from '#kernel/anomaly.ts';
import type { Clock } from '#kernel/clock.ts';
import { addMs, HOUR_MS } from '#kernel/duration.ts';
import type { Visibility } from './detection-state.ts';
import type { DetectionSettings } from './detection-settings.ts';
import { readDetectionState } from './store-detection-state.ts';

interface Deps {
  readonly clock: Clock;
  readonly db: Database;
  readonly settings: Pick<DetectionSettings, 'intervalMs'>;
}

/** What detection can say of itself. */
export interface DetectionStatus {
  /** In the last tick. */
  readonly servicesWatched: number;
  /** Null: none has finished in 24 h. */
  readonly lastTickAt: Date | null;
  readonly ticksLastHour: number;
  /** At the interval, since the first tick known of the last hour. */
  readonly ticksExpected: number;
  /** Of the last tick. */
  readonly gaps: readonly DetectionGap[];
  /** Of the last tick; null before the first. */
  readonly sight: TickSight | null;
  /** Of services with little traffic, the least visible first. */
  readonly smallestVisible: readonly Visibility[];
}

const gapShape: z.ZodType<readonly DetectionGap[]> = z.array(
  z.object({
    kind: z.enum([
      'telemetry-unreachable',
      'answer-cut',
      'telemetry-silent',
      'clock-skew',
      'too-little-traffic',
      'learning',
      'baseline-missing',
      'query-failed',
    ]),
    service: z.string().nullable(),
    message: z.string(),
  }),
);

export const readDetectionStatus = async ({ clock, db, settings }: Deps): Promise<DetectionStatus> => {
  const now = clock.now();
  const last = await db.selectFrom('detection_ticks').selectAll().orderBy('finished_at', 'desc').executeTakeFirst();
  const ticks = await db
    .selectFrom('detection_ticks')
    .select(({ fn }) => [fn.countAll().as('count'), fn.min('finished_at').as('first')])
    .where('finished_at', '>', addMs(now, -HOUR_MS))
    .executeTakeFirst();
  const earlier = await db
    .selectFrom('detection_ticks')
    .select('id')
    .where('finished_at', '<=', addMs(now, -HOUR_MS))
    .limit(1)
    .executeTakeFirst();
  const watchedMs = earlier ? HOUR_MS : ticks?.first ? now.getTime() - ticks.first.getTime() : 0;
  const { state } = await readDetectionState(db);
  const done = Number(ticks?.count ?? 0);
  const expected = earlier
    ? Math.floor(watchedMs / settings.intervalMs)
    : ticks?.first
      ? Math.floor(watchedMs / settings.intervalMs) + 1
      : 0;
  return {
    servicesWatched: last?.services ?? 0,
    lastTickAt: last?.finished_at ?? null,
    ticksLastHour: done,
    // Checks come a little early and late: the hour may hold one more than it should.
    ticksExpected: Math.max(done, expected),
    gaps: last ? gapShape.parse(last.gaps) : [],
    sight: last?.sight ?? null,
    smallestVisible: state.visibility.toSorted(
      (a, b) => (b.smallestRate ?? 1) - (a.smallestRate ?? 1) || (a.service < b.service ? -1 : 1),
    ),
  };
};
