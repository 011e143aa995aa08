import type { BaselineGuard, UsualLatency } from '#capabilities/detection/judge/service-baseline.ts';
import { type Counts, NO_COUNTS, type ServiceCounts } from '#capabilities/detection/judge/service-counts.ts';
import type { Sample } from '#capabilities/detection/judge/fit-baseline.ts';
import { NO_MEMORY } from '#capabilities/detection/judge/fit-baseline.ts';
import type { KindMemory } from '#capabilities/detection/judge/judge-rate.ts';
import { SLOT_COUNT } from '#capabilities/detection/judge/slots.ts';

export const AT = new Date('2026-11-21T12:00:00.000Z');
export const USUAL: UsualLatency = { p50Ms: 40, p99Ms: 200 };
export const NO_KIND_MEMORY: KindMemory = { error: NO_MEMORY, mid: NO_MEMORY, tail: NO_MEMORY };
export const UNGUARDED: BaselineGuard = { frozen: null, dirty: [] };

/** Baseline A of the method's test vectors. */
export const BASELINE_A: readonly Sample[] = [5, 4, 6, 5, 3, 7, 5, 5, 4, 6, 5, 5].map((k) => ({ k, n: 1_000 }));

export const equalBuckets = (k: number, n: number, length = 12): readonly Sample[] =>
  Array.from({ length }, () => ({ k, n }));

/** Eighteen slots from the current six and the twelve buckets. */
export const fill = (current: readonly number[], buckets: readonly number[]): readonly number[] =>
  Array.from({ length: SLOT_COUNT }, (_, slot) => (slot < 6 ? (current[slot] ?? 0) : (buckets[slot - 6] ?? 0)));

interface Described {
  readonly service?: string;
  /** h0..h3, m3, m5: failed of requests. */
  readonly now: readonly Sample[];
  readonly before: readonly Sample[];
  readonly mid?: readonly number[];
  readonly tail?: readonly number[];
  readonly far?: readonly number[];
  readonly lastSeenAt?: Date | null;
}

/** A service whose every line is a request. */
export const requestCounts = (described: Described): ServiceCounts => {
  const requests = fill(
    described.now.map(({ n }) => n),
    described.before.map(({ n }) => n),
  );
  const failed = fill(
    described.now.map(({ k }) => k),
    described.before.map(({ k }) => k),
  );
  const slots: Counts = {
    lines: requests,
    errorLines: failed,
    requests,
    failed,
    mid: described.mid ?? NO_COUNTS.mid,
    tail: described.tail ?? NO_COUNTS.tail,
    far: described.far ?? NO_COUNTS.far,
  };
  return { service: described.service ?? 'payment-service', slots, lastSeenAt: described.lastSeenAt ?? AT };
};
