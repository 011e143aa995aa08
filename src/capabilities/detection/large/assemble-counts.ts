import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import type { DetectionState } from '../detection-state.ts';
import { type CachedShard, isUsable, type LargeState } from './large-state.ts';
import type { CountsAnswer } from '../read-counts.ts';
import { type Counts, mapCounts, NO_COUNTS, type ServiceCounts } from '../judge/service-counts.ts';
import { areAllNamesIn, compareNames, isInShard } from './shards.ts';
import { CURRENT_SLOTS, HALF_MINUTE_SLOTS, LOOK_BACK_MS, sumOfNewest } from '../judge/slots.ts';

export interface AssembledCounts extends CountsAnswer {
  readonly unjudged: ReadonlySet<string>;
  /** All services known, sorted. */
  readonly names: readonly string[];
  /** Every name has buckets young enough, or had none. */
  readonly isComplete: boolean;
}

// A round takes five minutes; what is older than this was missed by one.
const STALE_MS = 8 * MINUTE_MS;

const latest = (...dates: readonly (Date | null | undefined)[]): Date | null =>
  dates.reduce<Date | null>((a, b) => (b && (!a || b > a) ? b : a), null);

const joinSlots = (current: Counts, buckets: Counts | undefined): Counts => {
  const newest = mapCounts(current, (values) => values.slice(0, CURRENT_SLOTS.length));
  const before = buckets ?? mapCounts(NO_COUNTS, (values) => values.slice(CURRENT_SLOTS.length));
  return {
    lines: [...newest.lines, ...before.lines],
    errorLines: [...newest.errorLines, ...before.errorLines],
    requests: [...newest.requests, ...before.requests],
    failed: [...newest.failed, ...before.failed],
    mid: [...newest.mid, ...before.mid],
    tail: [...newest.tail, ...before.tail],
    far: [...newest.far, ...before.far],
  };
};

const gapsOf = (unjudged: number, stale: readonly CachedShard[]): readonly DetectionGap[] => {
  const gaps: DetectionGap[] = [];
  if (unjudged > 0) {
    gaps.push({
      kind: 'baseline-missing',
      service: null,
      message: `The baseline of ${unjudged} services is being read: they are not judged yet.`,
    });
  }
  for (const { services, countedAt } of stale) {
    gaps.push({
      kind: 'query-failed',
      service: null,
      message: `What is usual for ${services.size} services was last read at ${countedAt.toISOString().slice(11, 16)} UTC and could not be brought up to date.`,
    });
  }
  return gaps;
};

/**
 * The newest slots of this tick in front of buckets counted earlier. Services whose buckets
 * were not read yet, or too long ago, are told and not judged.
 */
export const assembleCounts = (
  current: CountsAnswer,
  large: LargeState,
  state: DetectionState,
  at: Date,
): AssembledCounts => {
  const usable = large.shards.filter((shard) => isUsable(shard, at));
  const cached = new Map(
    large.shards.flatMap((shard) => [...shard.services.keys()].map((name) => [name, shard] as const)),
  );
  const names = [...new Set([...current.services.keys(), ...current.rowsOf.keys(), ...cached.keys()])].toSorted(
    compareNames,
  );
  const services = new Map<string, ServiceCounts>();
  const unjudged = new Set<string>();
  for (const name of new Set([...names, ...state.services.keys()])) {
    const shard = usable.find((each) => isInShard(name, each));
    if (!shard || shard.odd.includes(name)) unjudged.add(name);
    const newest = current.services.get(name);
    const before = shard?.services.get(name);
    if (!newest && !before) continue;
    services.set(name, {
      service: name,
      slots: joinSlots(newest?.slots ?? NO_COUNTS, before?.buckets),
      lastSeenAt: latest(newest?.lastSeenAt, large.lastSeen.get(name), before?.lastSeenAt),
      ...(shard && {
        buckets: {
          countedAt: shard.countedAt,
          isNewSample: shard.isSample && state.tick.lastTickAt?.getTime() === shard.countedAt.getTime(),
        },
      }),
    });
  }
  const stale = usable.filter(({ countedAt }) => at.getTime() - countedAt.getTime() > STALE_MS);
  return {
    services,
    rowsOf: current.rowsOf,
    gaps: [...current.gaps, ...gapsOf(unjudged.size, stale)],
    unjudged,
    names,
    isComplete: unjudged.size === 0 && stale.length === 0 && areAllNamesIn(usable),
  };
};

/** When the quiet services were last seen: only the newest five minutes are asked for, and silence lasts longer. */
export const rememberLastSeen = (
  before: ReadonlyMap<string, Date>,
  current: ReadonlyMap<string, ServiceCounts>,
  at: Date,
): ReadonlyMap<string, Date> => {
  const after = new Map([...before].filter(([, seenAt]) => at.getTime() - seenAt.getTime() <= LOOK_BACK_MS));
  for (const [name, { slots, lastSeenAt }] of current) {
    if (lastSeenAt && sumOfNewest(slots.lines, HALF_MINUTE_SLOTS) === 0) after.set(name, lastSeenAt);
    else after.delete(name);
  }
  const isSame =
    after.size === before.size &&
    [...after].every(([name, seenAt]) => before.get(name)?.getTime() === seenAt.getTime());
  return isSame ? before : after;
};
