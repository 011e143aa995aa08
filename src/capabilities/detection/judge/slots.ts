import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';

/** Ages before T, newest first: four half minutes, one minute, two minutes, then the baseline. */
export interface Slot {
  readonly youngestMs: number;
  readonly oldestMs: number;
}

const slot = (youngestSeconds: number, oldestSeconds: number): Slot => ({
  youngestMs: youngestSeconds * SECOND_MS,
  oldestMs: oldestSeconds * SECOND_MS,
});

export const CURRENT_SLOTS: readonly Slot[] = [
  slot(0, 30),
  slot(30, 60),
  slot(60, 90),
  slot(90, 120),
  slot(120, 180),
  slot(180, 300),
];
export const BASELINE_BUCKETS = 12;
export const SLOT_COUNT = CURRENT_SLOTS.length + BASELINE_BUCKETS;
export const HALF_MINUTE_SLOTS = 4;

export const BUCKET_MS = 5 * MINUTE_MS;
export const CURRENT_MS = 5 * MINUTE_MS;
/** All that a tick looks back over. */
export const LOOK_BACK_MS = CURRENT_MS + BASELINE_BUCKETS * BUCKET_MS;

/** The span of a baseline bucket, 0 the newest. */
export const bucketSpan = (bucket: number, at: Date): { readonly fromMs: number; readonly toMs: number } => {
  const toMs = at.getTime() - CURRENT_MS - bucket * BUCKET_MS;
  return { fromMs: toMs - BUCKET_MS, toMs };
};

/** A window is the newest slots together: counts add up. */
export interface CountedWindow {
  readonly minutes: 0.5 | 1 | 3 | 5;
  readonly slots: number;
}

export const NEWEST: CountedWindow = { minutes: 0.5, slots: 1 };
export const W1: CountedWindow = { minutes: 1, slots: 2 };
export const W3: CountedWindow = { minutes: 3, slots: 5 };
export const W5: CountedWindow = { minutes: 5, slots: 6 };

export const sumOfNewest = (counts: readonly number[], slots: number): number => {
  let sum = 0;
  for (let index = 0; index < slots; index += 1) sum += counts[index] ?? 0;
  return sum;
};
