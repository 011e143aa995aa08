import { MINUTE_MS } from '#kernel/duration.ts';
import type { DetectionQuery } from '../detection-queries.ts';
import { wasClockSetBack } from '../due.ts';
import type { UsualLatency } from '../judge/service-baseline.ts';
import type { Counts, ServiceCounts } from '../judge/service-counts.ts';
import { baselineOf } from '../judge/service-counts.ts';
import { compareNames, isInShard, overlap, replaceShard, type Shard, shardAfter } from './shards.ts';

/** 18 rows a service fit one answer up to 555 services; from here on the buckets are read in shards. */
export const MOST_SERVICES_AT_ONCE = 500;
/** Far enough below that services which come and go do not change the mode back and forth. */
export const FEW_SERVICES = 400;
// 12 or 13 rows a service: an answer holds a third more services than were known.
export const SHARD_SERVICES = 500;

// Older buckets than this are no baseline any more.
const USABLE_MS = 15 * MINUTE_MS;
const SAMPLE_EVERY_MS = 4.5 * MINUTE_MS;

export interface CachedService {
  /** The twelve buckets from 5 to 65 min before they were counted. */
  readonly buckets: Counts;
  readonly lastSeenAt: Date | null;
}

/** The buckets of a shard, counted against the thresholds that the state holds. */
export interface CachedShard extends Shard {
  readonly countedAt: Date;
  readonly query: DetectionQuery;
  /** The newest bucket was in no earlier count: the long memory takes it once. */
  readonly isSample: boolean;
  /** Services whose counts made no sense. */
  readonly odd: readonly string[];
  readonly services: ReadonlyMap<string, CachedService>;
}

export interface PendingShard extends Shard {
  /** To count the shard's buckets against; null: those of before. */
  readonly usual: ReadonlyMap<string, UsualLatency> | null;
}

/** How far the shards have been gone through. */
export interface Round {
  readonly startedAt: Date | null;
  /** The next shard begins after this name. */
  readonly after: string | null;
  readonly isOver: boolean;
  /** Something is missing still: the next round follows at once. */
  readonly isHasty: boolean;
  readonly shardServices: number;
  readonly pending: PendingShard | null;
}

/** What is kept where the buckets of all services do not fit one answer. */
export interface LargeState {
  readonly round: Round;
  /** Of services that were quiet for two minutes when they were last counted. */
  readonly lastSeen: ReadonlyMap<string, Date>;
  /** Sorted, without overlap. */
  readonly shards: readonly CachedShard[];
}

export const EMPTY_LARGE: LargeState = {
  round: {
    startedAt: null,
    after: null,
    isOver: true,
    isHasty: true,
    shardServices: SHARD_SERVICES,
    pending: null,
  },
  lastSeen: new Map(),
  shards: [],
};

export const isUsable = ({ countedAt }: CachedShard, at: Date): boolean => {
  const ageMs = at.getTime() - countedAt.getTime();
  return ageMs <= USABLE_MS && !wasClockSetBack(countedAt, at);
};

const narrow = (piece: CachedShard): CachedShard => ({
  ...piece,
  odd: piece.odd.filter((name) => isInShard(name, piece)),
  services: new Map([...piece.services].filter(([name]) => isInShard(name, piece))),
});

export const cacheShard = (
  shards: readonly CachedShard[],
  shard: Shard,
  counts: readonly ServiceCounts[],
  odd: readonly string[],
  query: DetectionQuery,
  countedAt: Date,
): readonly CachedShard[] => {
  const replaced = shards.filter((old) => overlap(old, shard));
  const fresh: CachedShard = {
    ...shard,
    countedAt,
    query,
    isSample: replaced.every((old) => countedAt.getTime() - old.countedAt.getTime() >= SAMPLE_EVERY_MS),
    odd,
    services: new Map(
      counts.map(({ service, slots, lastSeenAt }) => [service, { buckets: baselineOf(slots), lastSeenAt }]),
    ),
  };
  return replaceShard(shards, fresh, narrow);
};

/** The last answer that held all services leaves its buckets behind, so that nothing is blind while they grow. */
export const largeFrom = (
  services: ReadonlyMap<string, ServiceCounts>,
  odd: readonly string[],
  query: DetectionQuery,
  at: Date,
): LargeState => {
  const names = [...services.keys()].toSorted(compareNames);
  const shards: CachedShard[] = [];
  for (let after: string | null = null, isLast = false; !isLast;) {
    const shard: Shard = shardAfter(names, after, SHARD_SERVICES);
    const counts = [...services.values()].filter(({ service }) => isInShard(service, shard));
    const [cached] = cacheShard(
      [],
      shard,
      counts,
      odd.filter((name) => isInShard(name, shard)),
      query,
      at,
    );
    if (cached) shards.push({ ...cached, isSample: false });
    after = shard.upTo;
    isLast = after === null;
  }
  return { ...EMPTY_LARGE, round: { ...EMPTY_LARGE.round, isHasty: false, startedAt: at }, shards };
};
