import type { Database } from '#database/state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { MINUTE_MS, SECOND_MS } from '#kernel/duration.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { JobDefinition } from '#ports/job-queue.ts';
import type { Logger } from '#ports/logger.ts';
import { type ConfiguredCalls, edgesOfConfiguredCalls } from './configured-calls.ts';
import { type SampleDeps, sampleTraces } from './sample-traces.ts';
import { storeCallGraph } from './store-call-graph.ts';

export interface RefreshCallGraphDeps extends SampleDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: { readonly calls: ConfiguredCalls };
}

export const CALL_GRAPH_REFRESH_JOB = 'call-graph.refresh';
export const CALL_GRAPH_REFRESH_EVERY_MS = 5 * MINUTE_MS;
const OLD_AFTER_MS = MINUTE_MS;
const SAMPLE_WINDOW_MS = 15 * MINUTE_MS;

/** Brings the stored call graph up to date. Throws AppError if telemetry cannot be read. */
export const refreshCallGraph = async (deps: RefreshCallGraphDeps, signal?: AbortSignal): Promise<void> => {
  const at = deps.clock.now();
  const configured = edgesOfConfiguredCalls(deps.settings.calls);
  // What people configured holds even while telemetry cannot be reached.
  await storeCallGraph(deps.db, null, configured, at);
  const sample = await sampleTraces(deps, windowBefore(at, SAMPLE_WINDOW_MS), signal);
  await storeCallGraph(deps.db, sample, configured, at);
  deps.logger.debug(
    {
      services: sample.services.length,
      edges: sample.spanEdges.length + sample.logEdges.length,
      rows: sample.rowsRead,
    },
    'call graph refreshed',
  );
};

/**
 * Refreshes it before anomalies are folded along it, unless that was just done: what was connected since the
 * last refresh would open one incident for each service that one cause affects. Throws as the refresh does.
 */
export const refreshOldCallGraph = async (deps: RefreshCallGraphDeps, signal?: AbortSignal): Promise<void> => {
  const { at } = await deps.db
    .selectFrom('call_graph_refreshes')
    .select(({ fn }) => fn.max<Date | null>('at').as('at'))
    .executeTakeFirstOrThrow();
  const ageMs = at === null ? Number.POSITIVE_INFINITY : deps.clock.now().getTime() - at.getTime();
  if (ageMs >= OLD_AFTER_MS || ageMs < 0) await refreshCallGraph(deps, signal);
};

export const callGraphRefreshJob = (deps: RefreshCallGraphDeps): JobDefinition<null> => ({
  name: CALL_GRAPH_REFRESH_JOB,
  queue: 'housekeeping',
  parse: () => null,
  run: async (_payload, { signal }) => {
    await refreshCallGraph(deps, signal);
    return { kind: 'done' };
  },
  attempts: 3,
  backoffMs: 5 * SECOND_MS,
  timeoutMs: MINUTE_MS,
  deduplicationKey: () => CALL_GRAPH_REFRESH_JOB,
});
