import { type CallGraph, directionOfPath, findLink } from '#capabilities/topology/index.ts';
import type { FoldReason } from '#ports/incident-board.ts';

/**
 * How a service is connected with an incident, in the words of its card: the path begins at the
 * service and ends at the lead's if there is one, else at the nearest of the others. Null: not connected.
 */
export const foldReason = (
  graph: CallGraph,
  service: string,
  incident: { readonly leadService: string; readonly services: ReadonlySet<string> },
  isAnomalous: (service: string) => boolean,
): FoldReason | null => {
  if (service === incident.leadService) return { kind: 'same-service', path: [service] };
  const canPass = (name: string): boolean => incident.services.has(name) || isAnomalous(name);
  const path =
    findLink(graph, service, new Set([incident.leadService]), canPass) ??
    (incident.services.has(service) ? null : findLink(graph, service, incident.services, canPass));
  if (path) return { kind: directionOfPath(graph, path), path };
  return incident.services.has(service) ? { kind: 'same-service', path: [service] } : null;
};
