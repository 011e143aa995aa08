import { advanceDetection } from './advance-detection.ts';
import { ask } from './ask-telemetry.ts';
import { slotCountsQuery } from './detection-queries.ts';
import type { DetectionState } from './detection-state.ts';
import { servicesAhead } from './future-row-gaps.ts';
import { EMPTY_LARGE, largeFrom, MOST_SERVICES_AT_ONCE } from './large/large-state.ts';
import { blindAdvance, evidenceFrom, type Look, type LookDeps } from './look.ts';
import { readCounts } from './read-counts.ts';
import { beginHistory, readHistory } from './read-history.ts';
import { refreshThresholds } from './refresh-thresholds.ts';

const MAX_QUERIES = 2;

/** Counts current slots and buckets of all services in one answer. Says in its state when they no longer fit. */
export const lookAtOnce = async (deps: LookDeps, state: DetectionState, at: Date): Promise<Look> => {
  const { settings, telemetryStore } = deps;
  const refreshed = await refreshThresholds(deps, state, at);
  const queries = refreshed.queries + 1;
  const query = slotCountsQuery(at, { failedExpression: settings.failedExpression, schema: telemetryStore.schema() });
  const asked = await ask(deps, query);
  if ('gap' in asked) {
    const large = asked.gap.kind === 'answer-cut' ? EMPTY_LARGE : null;
    return { advance: blindAdvance({ ...refreshed.state, large }, at, asked.gap), isBlind: true, queries };
  }
  const counts = { ...readCounts(asked.value), refused: servicesAhead(telemetryStore.futureRows(), at) };
  const judged = advanceDetection(refreshed.state, counts, at, settings, evidenceFrom(query, asked.value, counts));
  const odd = counts.gaps.flatMap(({ service }) => service ?? []);
  const large = state.tick.services > MOST_SERVICES_AT_ONCE ? largeFrom(counts.services, odd, query, at) : null;
  const isFirst = !state.tick.hasBegunHistory && judged.services > 0;
  const begun = isFirst ? beginHistory(judged.state, at) : judged.state;
  // History waits for ticks with a query to spare, and keeps no page waiting.
  const isSpare = queries < MAX_QUERIES && !large && !judged.observations.some(({ isPaging }) => isPaging);
  const learnt = isSpare ? await readHistory(deps, begun, at) : { state: begun, queries: 0 };
  return {
    advance: { ...judged, state: { ...learnt.state, large }, gaps: [...refreshed.gaps, ...judged.gaps] },
    isBlind: false,
    queries: queries + learnt.queries,
  };
};
