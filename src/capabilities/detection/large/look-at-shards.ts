import { advanceDetection } from '../advance-detection.ts';
import { ask } from '../ask-telemetry.ts';
import { assembleCounts, rememberLastSeen } from './assemble-counts.ts';
import { baselineEvidence } from './baseline-evidence.ts';
import { newestCountsQuery } from '../detection-queries.ts';
import type { DetectionState } from '../detection-state.ts';
import { FEW_SERVICES, type LargeState } from './large-state.ts';
import { servicesAhead } from '../future-row-gaps.ts';
import { blindAdvance, evidenceFrom, type Look, type LookDeps } from '../look.ts';
import { readCounts } from '../read-counts.ts';
import { refreshShard } from './refresh-shard.ts';
import { writeThresholds } from '../refresh-thresholds.ts';

/**
 * Counts the current slots of all services, compares them with buckets counted earlier, and
 * brings those of one shard up to date for the ticks after.
 */
export const lookAtShards = async (
  deps: LookDeps,
  state: DetectionState,
  large: LargeState,
  at: Date,
): Promise<Look> => {
  const { settings, telemetryStore } = deps;
  // Written anew each time: a tick that lost its race may have left others than the buckets were counted against.
  const unwritten = await writeThresholds(deps, state.thresholds);
  if (unwritten) return { advance: blindAdvance(state, at, unwritten), isBlind: true, queries: 0 };
  const query = newestCountsQuery(at, { failedExpression: settings.failedExpression, schema: telemetryStore.schema() });
  const asked = await ask(deps, query);
  if ('gap' in asked) return { advance: blindAdvance(state, at, asked.gap), isBlind: true, queries: 1 };

  const current = readCounts(asked.value);
  const refused = servicesAhead(telemetryStore.futureRows(), at);
  const counts = { ...assembleCounts(current, large, state, at), refused };
  const evidence = evidenceFrom(query, asked.value, current);
  // Of so many services no hour of before fits one answer: they are learnt from now on.
  const begun = { ...state, tick: { ...state.tick, hasBegunHistory: true } };
  const judged = advanceDetection(begun, counts, at, settings, (service) => ({
    ...evidence(service),
    ...baselineEvidence(large.shards, service),
  }));
  if (counts.isComplete && counts.names.length < FEW_SERVICES) {
    const tick = { ...judged.state.tick, thresholdsAt: null };
    return { advance: { ...judged, state: { ...judged.state, tick, large: null } }, isBlind: false, queries: 1 };
  }
  const seen = { ...large, lastSeen: rememberLastSeen(large.lastSeen, current.services, at) };
  const refreshed = await refreshShard(deps, judged.state, seen, counts, at);
  const { thresholds } = refreshed;
  return {
    advance: {
      ...judged,
      state: { ...judged.state, thresholds, large: refreshed.large },
      gaps: [...judged.gaps, ...refreshed.gaps],
    },
    isBlind: false,
    queries: 1 + refreshed.queries,
  };
};
