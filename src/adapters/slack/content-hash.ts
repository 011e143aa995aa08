import { createHash } from 'node:crypto';
import type { IncidentView } from '#ports/incident-board.ts';
import type { CardMessage } from './cards/blocks.ts';
import { actorIn } from './cards/actor-words.ts';

const digest = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22);

/**
 * What is shown, in two parts: the first changes with the state of the incident, the second also
 * with its numbers, which are edited at most once a minute.
 */
export const contentHash = (state: unknown, message: CardMessage): string => `${digest(state)}.${digest(message)}`;

export const isSameState = (a: string, b: string): boolean => a.split('.')[0] === b.split('.')[0];

/** Of a message whose words never change by themselves. */
export const plainHash = (message: CardMessage): string => contentHash(null, message);

/** All of a card that is not a number. */
export const stateOf = (view: IncidentView, chartFileId: string | null): unknown => [
  view.state,
  view.severity,
  view.acknowledged && actorIn(view.acknowledged.by),
  view.resolved,
  view.recoveredAt,
  view.noDataSince,
  view.reopened?.at,
  view.raised?.at,
  view.responders.map(actorIn),
  view.lead.service,
  view.lead.signal,
  view.folded.map((anomaly) => anomaly.id).toSorted(),
  view.previousIncident,
  view.possiblySameAs,
  chartFileId,
];
