import type { TickSight } from '#kernel/anomaly.ts';

/** One finished detection tick, as far as the watchdog cares. */
export interface TickRecord {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly sight: TickSight;
  /** A sentence; null while it sees. */
  readonly unseenBecause: string | null;
}

export type DetectionHealth =
  /** The latest tick saw services. */
  | { readonly kind: 'watching' }
  /** Too early to say: neither all-clear nor blind. */
  | { readonly kind: 'unsure' }
  | { readonly kind: 'blind'; readonly reason: 'no-tick'; readonly since: Date }
  | {
      readonly kind: 'blind';
      readonly reason: Exclude<TickSight, 'seeing'>;
      readonly since: Date;
      /** What the latest tick said, in a sentence. */
      readonly because: string;
    };

/** Intervals without sight before Sentinel says that it is blind. */
export const BLIND_AFTER_INTERVALS = 3;

/**
 * Judges from what the last ticks left behind whether anybody is looking. `latestTicks`
 * holds at least the last three, latest first. A process that has just started is given
 * three intervals of its own before it calls an old tick a gap.
 */
export const checkDetection = (
  now: Date,
  intervalMs: number,
  processStartedAt: Date,
  latestTicks: readonly TickRecord[],
): DetectionHealth => {
  const patienceMs = BLIND_AFTER_INTERVALS * intervalMs;
  const latest = latestTicks[0];
  const isOverdue = (since: Date): boolean => now.getTime() - since.getTime() > patienceMs;
  if (!latest || isOverdue(latest.finishedAt)) {
    if (!isOverdue(processStartedAt)) return { kind: 'unsure' };
    return { kind: 'blind', reason: 'no-tick', since: latest?.finishedAt ?? processStartedAt };
  }
  if (latest.sight === 'seeing') return { kind: 'watching' };
  const seeing = latestTicks.findIndex((tick) => tick.sight === 'seeing');
  const sightless = seeing === -1 ? latestTicks : latestTicks.slice(0, seeing);
  const first = sightless.at(-1);
  if (!first || sightless.length < BLIND_AFTER_INTERVALS) return { kind: 'unsure' };
  return { kind: 'blind', reason: latest.sight, since: first.startedAt, because: latest.unseenBecause ?? '' };
};
