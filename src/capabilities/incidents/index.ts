export { type AcknowledgeIncidentDeps, acknowledgeIncident } from './acknowledge-incident.ts';
export { describeSymptom, type SymptomFacts } from './describe-symptom.ts';
export { findIncident, type FindIncidentDeps } from './find-incident.ts';
export { forgetAnomalies } from './forget-anomalies.ts';
export { type AnomalyList, listAnomalies, type ListAnomaliesDeps } from './list-anomalies.ts';
export { listIncidentViews } from './list-incident-views.ts';
export { type IncidentFilter, type IncidentList, listIncidents, type ListIncidentsDeps } from './list-incidents.ts';
export { listLastingAnomalies, listRecordedAnomalies, type RecordedAnomaly } from './list-recorded-anomalies.ts';
export type { AcknowledgeOutcome, IncidentSummary, ReopenOutcome, ResolveOutcome } from './outcomes.ts';
export { readIncidentView, type ReadIncidentViewDeps } from './read-incident-view.ts';
export { readShownIncident, type ReadShownIncidentDeps } from './read-shown-incident.ts';
export {
  DEFAULT_INCIDENT_SETTINGS,
  type DetectionRecord,
  type IncidentSettings,
  recordDetection,
  type RecordDetectionDeps,
} from './record-detection.ts';
export { lockOpenings } from './lock-openings.ts';
export { readKnownAnomalies } from './read-known-anomalies.ts';
export { readLastingObservations } from './read-lasting-observations.ts';
export { resyncCards } from './resync-cards.ts';
export { reopenIncident, type ReopenIncidentDeps } from './reopen-incident.ts';
export { resolveIncident, type ResolveIncidentDeps } from './resolve-incident.ts';
export { type IncidentCardPayload, incidentCardSyncJob, type SyncIncidentCardDeps } from './sync-incident-card.ts';
export type { DetectionTick } from './write-episodes.ts';
