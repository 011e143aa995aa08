import type { Actor } from '#kernel/actor.ts';
import type { AcceptedAnomaly, JudgedSignal } from '#kernel/anomaly.ts';
import { DAY_MS } from '#kernel/duration.ts';
import type { ServiceState } from './detection-state.ts';
import { fitBaseline } from './judge/fit-baseline.ts';
import { unusualBefore } from './judge/hourly-pattern.ts';
import type { KindMemory } from './judge/judge-rate.ts';
import { NO_GUARD, samplesOf, selectBaseline } from './judge/service-baseline.ts';
import { type CountedKind, type ServiceCounts, totalField } from './judge/service-counts.ts';

/** What becomes of a service whose traffic of now is taken for its normal. */
export interface AcceptedService {
  readonly state: ServiceState;
  /** Since when its traffic counts as usual. */
  readonly since: Date;
  readonly closings: readonly AcceptedAnomaly[];
}

/**
 * Ends anomalies of a service and lets go of what was frozen: usual is what it did since
 * the last of them began. A silence that is accepted means that the service is gone, and is
 * judged anew from here.
 */
export const acceptService = (
  service: string,
  { episodes, unusual }: ServiceState,
  at: Date,
  acceptedBy: Actor,
  accepted: ReadonlySet<JudgedSignal> = new Set(episodes.keys()),
): AcceptedService => {
  const ended = [...episodes].filter(([signal]) => accepted.has(signal));
  const onsets = ended.map(([signal, episode]) => (signal === 'silence' ? at : episode.onsetAt));
  const since = onsets.reduce((a, b) => (b > a ? b : a), new Date(0));
  return {
    state: {
      guard: NO_GUARD,
      episodes: new Map([...episodes].filter(([signal]) => !accepted.has(signal))),
      slowBurn: null,
      // What was unusual since then was so only for the normal of before.
      unusual: unusualBefore(unusual, since),
      usualSince: since,
    },
    since,
    closings: ended.map(([signal]) => ({
      service,
      signal,
      quietSince: at,
      isGone: signal === 'silence',
      acceptedBy,
    })),
  };
};

// Policy: what lasts a day and holds still is what the service does now, unless it fails much.
const LASTS_MS = DAY_MS;
const MOST_ERRORS = 0.05;
const LEAST_BUCKETS = 10;

/**
 * Whether what woke somebody a day ago has become usual by itself: the last hour is even, no
 * bucket of it stands out, and fewer than 5 % of the rows fail. Silence never is.
 */
export const hasBecomeUsual = (
  { episodes, guard }: ServiceState,
  counts: ServiceCounts,
  memory: KindMemory,
  at: Date,
): boolean => {
  const [latched] = guard.dirty.filter(({ to }) => to === null);
  if (!latched || at.getTime() - latched.from.getTime() < LASTS_MS || episodes.has('silence')) return false;
  // As they are: all of them are dirty.
  const hour = selectBaseline(counts, NO_GUARD, at);
  if (hour.buckets[totalField(hour.unit)].filter((rows) => rows > 0).length < LEAST_BUCKETS) return false;
  const kinds: readonly CountedKind[] = episodes.has('latency') ? ['error', 'mid', 'tail'] : ['error'];
  const fits = kinds.map((kind) => fitBaseline(kind, samplesOf(hour, kind), memory[kind]));
  return fits.every(({ kind, p, bucketsTrimmed }) => bucketsTrimmed === 0 && (kind !== 'error' || p < MOST_ERRORS));
};
