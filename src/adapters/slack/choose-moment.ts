/** A card that waits to write, and the moment that is kept for it. Times in epoch milliseconds. */
export interface KeptMoment {
  readonly key: string;
  /** 1 is first. */
  readonly rank: number;
  readonly dueMs: number;
}

export interface MomentRequest {
  readonly key: string;
  readonly rank: number;
  readonly nowMs: number;
  /** When the channel takes the next write. */
  readonly freeMs: number;
  /** Least time between two moments. */
  readonly spacingMs: number;
}

/**
 * The moment at which a write may go out; now, if it is not later than `nowMs`. The more urgent come
 * first, and take the moment of the less urgent, who choose again when they come; equals keep theirs.
 */
export const chooseMoment = (request: MomentRequest, kept: readonly KeptMoment[]): number => {
  const { key, rank, nowMs, freeMs, spacingMs } = request;
  // Who is late is expected any moment.
  const moments = kept.map((each) => ({ ...each, dueMs: Math.max(each.dueMs, nowMs) }));
  const others = moments.filter((each) => each.key !== key && each.rank <= rank);
  const gap = firstGap(
    Math.max(nowMs, freeMs),
    others.map(({ dueMs }) => dueMs),
    spacingMs,
  );
  const own = moments.find((each) => each.key === key);
  const isOverruled = (dueMs: number): boolean =>
    others.some((each) => each.rank < rank && Math.abs(each.dueMs - dueMs) < spacingMs);
  return own === undefined || own.dueMs < freeMs || isOverruled(own.dueMs) ? gap : Math.min(own.dueMs, gap);
};

const firstGap = (earliestMs: number, takenMs: readonly number[], spacingMs: number): number => {
  let gap = earliestMs;
  for (const moment of takenMs.toSorted((a, b) => a - b)) {
    if (moment >= gap + spacingMs) break;
    gap = Math.max(gap, moment + spacingMs);
  }
  return gap;
};
