import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { findThreadIncident } from './find-thread-incident.ts';
import type { ListenerDeps } from './listener-deps.ts';

/** What is meant in an incident's thread where nothing is named: its leading service, from a little before it began. */
export interface IncidentContext {
  readonly service: string;
  readonly range: TimeWindow;
}

const BEFORE_ONSET_MS = 30 * MINUTE_MS;

export const findIncidentContext = async (
  deps: Pick<ListenerDeps, 'db' | 'commands' | 'clock'>,
  channel: string,
  threadTs: string | null,
): Promise<IncidentContext | null> => {
  const number = await findThreadIncident(deps, channel, threadTs);
  const view = number === null ? null : await deps.commands.findIncidentView(number);
  if (view === null) return null;
  return { service: view.lead.service, range: { from: addMs(view.onsetAt, -BEFORE_ONSET_MS), to: deps.clock.now() } };
};
