import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { Asked } from './commands/command.ts';
import { findThreadIncident } from './find-thread-incident.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** What is meant in the thread of an incident where a question does not say. */
export interface IncidentPlace {
  readonly incident: number;
  /** The leading one first. */
  readonly services: readonly string[];
  /** From a little before it began. */
  readonly range: TimeWindow;
  /** From when it began. */
  readonly sinceOnset: TimeWindow;
}

const BEFORE_ONSET_MS = 30 * MINUTE_MS;

/** Null: not the thread of an incident. */
export const readIncidentPlace = async (
  deps: ListenerDeps,
  { channel, threadTs }: Asked,
): Promise<IncidentPlace | null> => {
  const incident = await findThreadIncident(deps, channel, threadTs);
  const view = incident === null ? null : await deps.commands.findIncidentView(incident);
  if (incident === null || view === null) return null;
  const services = [...new Set([view.lead, ...view.folded].map(({ service }) => service))];
  const [from, to] = [view.onsetAt, deps.clock.now()];
  return { incident, services, range: { from: addMs(from, -BEFORE_ONSET_MS), to }, sinceOnset: { from, to } };
};
