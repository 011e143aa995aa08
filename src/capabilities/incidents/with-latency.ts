import type { AnomalyView, IncidentView } from '#ports/incident-board.ts';
import type { LatencyAnswer } from '#ports/signal-history.ts';

/** The view with p99 then and now for what it holds of the lead's service. */
export const withLatency = (view: IncidentView, latency: Pick<LatencyAnswer, 'p99Ms' | 'usualP99Ms'>): IncidentView => {
  const show = (anomaly: AnomalyView): AnomalyView =>
    anomaly.service === view.lead.service
      ? { ...anomaly, p99Ms: latency.p99Ms, usualP99Ms: latency.usualP99Ms ?? anomaly.usualP99Ms }
      : anomaly;
  return { ...view, lead: show(view.lead), folded: view.folded.map(show) };
};
