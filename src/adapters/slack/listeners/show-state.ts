import { withCardLink } from '../cards/card-link.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { incidentCard } from '../cards/incident/incident-card.ts';
import { incidentListCard } from '../cards/incident/incident-list-card.ts';
import { noSuchIncidentCard } from '../cards/incident/outcome-cards.ts';
import { statusCard } from '../cards/status-card.ts';
import { findCardLink } from './find-card-link.ts';
import type { ListenerDeps } from './listener-deps.ts';

export const answerStatus = async (deps: ListenerDeps): Promise<CardMessage> =>
  statusCard(await deps.commands.readStatus(), deps.clock.now());

export const answerIncidents = async (deps: ListenerDeps): Promise<CardMessage> =>
  incidentListCard(await deps.commands.listOpenIncidents(), deps.clock.now());

export const answerIncident = async (deps: ListenerDeps, number: number): Promise<CardMessage> => {
  const view = await deps.commands.findIncidentView(number);
  if (view === null) return noSuchIncidentCard(number);
  const card = incidentCard(view, { now: deps.clock.now(), chart: null });
  return withCardLink(card, await findCardLink(deps, number));
};
