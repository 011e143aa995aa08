import { readCallGraph } from '#capabilities/topology/index.ts';
import type { DatabaseTransaction } from '#database/state-store.ts';
import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { Severity } from '#kernel/severity.ts';
import type { Metrics } from '#ports/metrics.ts';
import { applyFolding } from './apply-folding.ts';
import type { FoldableIncident } from './fold-draft.ts';
import { followMembers } from './follow-members.ts';
import { type LoadedIncident, loadIncidents } from './load-incidents.ts';
import { lockOpenings } from './lock-openings.ts';
import { planFolding } from './plan-folding.ts';
import { reloadIncidents } from './reload-incidents.ts';
import { tellAcceptances } from './tell-acceptances.ts';
import { type DetectionTick, splitOutlastingEpisodes, writeEpisodes } from './write-episodes.ts';

export interface IncidentSettings {
  /** P3 or P4 let smaller anomalies open compact incidents. */
  readonly openFrom: Severity;
  /** What fires again within it after a resolve reopens the incident. */
  readonly cooldownMs: number;
}

export const DEFAULT_INCIDENT_SETTINGS: IncidentSettings = { openFrom: 'P2', cooldownMs: 30 * MINUTE_MS };

export interface RecordDetectionDeps {
  readonly metrics: Pick<Metrics, 'increment'>;
  readonly settings: IncidentSettings;
}

export interface DetectionRecord {
  /** Numbers of the incidents that this tick opened. */
  readonly opened: readonly number[];
  readonly reopened: number;
  readonly folded: number;
}

/**
 * Turns what a tick saw into incidents: each anomaly updates, folds, reopens, opens or waits, in the
 * transaction of the tick. Two ticks at once take turns. Recording the same tick twice changes nothing
 * more. Errors of the database mean that nothing was recorded.
 */
export const recordDetection = async (
  deps: RecordDetectionDeps,
  trx: DatabaseTransaction,
  tick: DetectionTick,
): Promise<DetectionRecord> => {
  if (tick.observations.length === 0 && tick.closings.length === 0) return { opened: [], reopened: 0, folded: 0 };
  const { openFrom, cooldownMs } = deps.settings;
  const at = tick.at;
  const scope = { at, resolvedSince: addMs(at, -cooldownMs), openFrom };

  await lockOpenings(trx);
  const written = await writeEpisodes(trx, tick);
  await tellAcceptances(trx, tick.closings, written.before, at);
  await splitOutlastingEpisodes(trx, scope);
  const state = await loadIncidents(trx, scope);
  const graph = await readCallGraph(trx);
  const plan = planFolding({
    at,
    cooldownMs,
    incidents: state.incidents.map(toFoldable),
    unattached: state.unattached,
    graph,
  });
  const applied = await applyFolding(trx, plan, state.incidents, at);
  const changed = new Set(applied.changedIncidentIds);
  const transitions: string[] = [
    ...applied.opened.map(() => 'opened'),
    ...plan.reopenings.map(() => 'reopened'),
    ...plan.folds.map(() => 'folded'),
  ];
  for (const incident of await reloadIncidents(trx, state, plan, applied)) {
    const events = await followMembers(trx, incident, {
      at,
      graph,
      before: written.before,
      changedIds: written.changedIds,
      isChanged: changed.has(incident.row.id),
    });
    transitions.push(...events.map((event) => event.kind));
  }

  for (const { signal, severity } of written.opened) {
    deps.metrics.increment('sentinel_anomalies_total', { signal, severity: severity ?? 'P4' });
  }
  for (const transition of transitions) deps.metrics.increment('sentinel_incident_transitions_total', { transition });
  return {
    opened: applied.opened.map(({ number }) => number),
    reopened: plan.reopenings.length,
    folded: plan.folds.length,
  };
};

const toFoldable = ({ row, members, keys }: LoadedIncident): FoldableIncident => ({
  id: row.id,
  number: row.number,
  state: row.state,
  leadId: row.lead_anomaly_id ?? '',
  resolvedAt: row.resolved_at,
  recoveredAt: row.recovered_at,
  members,
  keys,
});
