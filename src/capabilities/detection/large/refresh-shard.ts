import type { DetectionGap } from '#kernel/anomaly.ts';
import { MINUTE_MS } from '#kernel/duration.ts';
import { ask, type AskDeps } from '../ask-telemetry.ts';
import { bucketCountsQuery, latencyQuery, NEXT_THRESHOLDS_TABLE } from '../detection-queries.ts';
import { isDue } from '../due.ts';
import type { DetectionState } from '../detection-state.ts';
import type { DetectionSettings } from '../detection-settings.ts';
import { cacheShard, type LargeState, type PendingShard, type Round, SHARD_SERVICES } from './large-state.ts';
import { readCounts } from '../read-counts.ts';
import { keepFrozen, oldThresholds, readCleanLatency, writeThresholds } from '../refresh-thresholds.ts';
import type { UsualLatency } from '../judge/service-baseline.ts';
import { isInShard, type Shard, shardAfter } from './shards.ts';

const ROUND_EVERY_MS = 5 * MINUTE_MS;
const LEAST_SHARD_SERVICES = 50;

export interface RefreshDeps extends AskDeps {
  readonly settings: DetectionSettings;
}

export interface RefreshedShard {
  readonly large: LargeState;
  readonly thresholds: ReadonlyMap<string, UsualLatency>;
  readonly queries: number;
  readonly gaps: readonly DetectionGap[];
}

const isRoundDue = ({ isHasty, startedAt }: Round, at: Date): boolean =>
  isHasty || isDue(startedAt, at, ROUND_EVERY_MS);

const begin = (round: Round, at: Date): Round => ({
  startedAt: at,
  after: null,
  isOver: false,
  isHasty: false,
  shardServices: round.isHasty ? round.shardServices : SHARD_SERVICES,
  pending: null,
});

const goOn = (round: Round, { upTo }: Shard): Round => ({
  ...round,
  after: upTo,
  isOver: upTo === null,
  pending: null,
});

// A cut answer means more services than were known: from here on fewer are asked for at once.
const setBack = (round: Round, gap: DetectionGap): Round => ({
  ...round,
  isHasty: true,
  shardServices:
    gap.kind === 'answer-cut'
      ? Math.max(LEAST_SHARD_SERVICES, Math.floor(round.shardServices / 2))
      : round.shardServices,
});

const shardGap = (gap: DetectionGap, names: readonly string[], shard: Shard): DetectionGap => {
  const inShard = names.filter((name) => isInShard(name, shard));
  const reason =
    gap.kind === 'answer-cut'
      ? 'There are more of them than one answer can hold; fewer are asked for next.'
      : gap.message;
  return {
    // The newest counts were read: of all telemetry it would mean that Sentinel is blind.
    kind: gap.kind === 'answer-cut' ? 'answer-cut' : 'query-failed',
    service: null,
    message: `What is usual could not be read for ${inShard.length} services, from ${inShard[0] ?? 'the first'} to ${inShard.at(-1) ?? 'the last'}. ${reason}`,
  };
};

const mergeShard = (
  state: DetectionState,
  shard: Shard,
  usual: ReadonlyMap<string, UsualLatency>,
): ReadonlyMap<string, UsualLatency> => {
  const others = [...state.thresholds].filter(([service]) => !isInShard(service, shard));
  const fresh = keepFrozen(state, usual, (service) => isInShard(service, shard));
  return new Map([...others, ...fresh]);
};

const readUsual = async (
  deps: RefreshDeps,
  state: DetectionState,
  large: LargeState,
  shard: Shard,
  at: Date,
): Promise<RefreshedShard> => {
  const asked = await ask(deps, latencyQuery(at, shard));
  const isRead = 'value' in asked;
  const pending: PendingShard = { ...shard, usual: isRead ? readCleanLatency(state, asked.value) : null };
  const round = isRead ? large.round : setBack(large.round, asked.gap);
  return {
    large: { ...large, round: { ...round, pending } },
    thresholds: state.thresholds,
    queries: 1,
    gaps: isRead ? [] : [oldThresholds(asked.gap)],
  };
};

const readBuckets = async (
  deps: RefreshDeps,
  state: DetectionState,
  large: LargeState,
  { usual, ...shard }: PendingShard,
  names: readonly string[],
  at: Date,
): Promise<RefreshedShard> => {
  const thresholds = usual ? mergeShard(state, shard, usual) : state.thresholds;
  const failed = (gap: DetectionGap, queries: number): RefreshedShard => ({
    large: { ...large, round: goOn(setBack(large.round, gap), shard) },
    thresholds: state.thresholds,
    queries,
    gaps: [shardGap(gap, names, shard)],
  });
  const ofShard = new Map([...thresholds].filter(([service]) => isInShard(service, shard)));
  const unwritten = await writeThresholds(deps, ofShard, NEXT_THRESHOLDS_TABLE);
  if (unwritten) return failed(unwritten, 0);
  const { failedExpression } = deps.settings;
  const query = bucketCountsQuery(at, { failedExpression, schema: deps.telemetryStore.schema() }, shard);
  const asked = await ask(deps, query);
  if ('gap' in asked) return failed(asked.gap, 1);
  const counts = readCounts(asked.value);
  const odd = counts.gaps.flatMap(({ service }) => service ?? []);
  const shards = cacheShard(large.shards, shard, [...counts.services.values()], odd, query, at);
  return {
    large: { ...large, round: goOn(large.round, shard), shards },
    thresholds,
    queries: 1,
    gaps: counts.gaps,
  };
};

/**
 * The next step of a round, one query at most: what latency is usual in a shard, then its
 * buckets counted against that. What it reads is used from the next tick on. A shard with
 * services that wait for their first baseline gets its buckets at once, and thresholds in
 * the round after.
 */
export const refreshShard = async (
  deps: RefreshDeps,
  state: DetectionState,
  before: LargeState,
  { names, unjudged }: { readonly names: readonly string[]; readonly unjudged: ReadonlySet<string> },
  at: Date,
): Promise<RefreshedShard> => {
  if (names.length === 0 || (before.round.isOver && !isRoundDue(before.round, at))) {
    return { large: before, thresholds: state.thresholds, queries: 0, gaps: [] };
  }
  const round = before.round.isOver ? begin(before.round, at) : before.round;
  const large = { ...before, round };
  if (round.pending) return readBuckets(deps, state, large, round.pending, names, at);
  const shard = shardAfter(names, round.after, round.shardServices);
  if (!names.some((name) => unjudged.has(name) && isInShard(name, shard))) {
    return readUsual(deps, state, large, shard, at);
  }
  return readBuckets(
    deps,
    state,
    { ...large, round: { ...round, isHasty: true } },
    { ...shard, usual: null },
    names,
    at,
  );
};
