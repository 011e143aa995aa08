/** One finished detection tick, as far as the watchdog cares. */
export interface TickRecord {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** False if it could not reach the telemetry store at all. */
  readonly couldLook: boolean;
}

export type DetectionHealth =
  /** The latest tick looked, or it is too early to say that none did. */
  | { readonly kind: 'watching' }
  /** Too early to say: neither all-clear nor blind. */
  | { readonly kind: 'unsure' }
  | { readonly kind: 'blind'; readonly reason: 'no-tick' | 'telemetry-unreachable'; readonly since: Date };

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
  if (latest.couldLook) return { kind: 'watching' };
  const running = latestTicks.findIndex((tick) => tick.couldLook);
  const unreachable = running === -1 ? latestTicks : latestTicks.slice(0, running);
  const first = unreachable.at(-1);
  if (!first || unreachable.length < BLIND_AFTER_INTERVALS) return { kind: 'unsure' };
  return { kind: 'blind', reason: 'telemetry-unreachable', since: first.startedAt };
};
