import type { CardMessage } from '../cards/blocks.ts';
import { acceptCard } from '../cards/accept-card.ts';
import { nothingOpenCard, unclearCommandCard, unknownCommandCard, whichIncidentCard } from '../cards/command-cards.ts';
import { helpCard } from '../cards/help-card.ts';
import { withCardLink } from '../cards/card-link.ts';
import { incidentCard } from '../cards/incident-card.ts';
import { incidentListCard } from '../cards/incident-list-card.ts';
import {
  acknowledgeCard,
  noSuchIncidentCard,
  type OutcomeContext,
  reopenCard,
  resolveCard,
} from '../cards/outcome-cards.ts';
import { queryAnswerCard } from '../cards/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '../cards/query-error-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { statusCard } from '../cards/status-card.ts';
import { answerServiceQuestion } from './answer-service-question.ts';
import { answerTrace } from './answer-trace.ts';
import { findCardLink } from './find-card-link.ts';
import { findIncidentContext } from './incident-context.ts';
import { findThreadIncident } from './find-thread-incident.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { type ParsedCommand, parseCommand, type Target } from './parse-command.ts';

/** Something a person said or clicked, and where. */
export interface Asked {
  readonly user: string;
  readonly channel: string;
  readonly threadTs: string | null;
}

/** Does what `/sentinel <text>` asks; null where the card shows the result to everybody. */
export const answerCommand = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage | null> => {
  const command = parseCommand(text);
  if (command.kind === 'help') return helpCard();
  const access = await deps.access.check(asked.user, asked.channel);
  return access.kind === 'refused' ? refusalCard(access.why) : perform(deps, command, asked);
};

const perform = async (
  deps: ListenerDeps,
  command: Exclude<ParsedCommand, { kind: 'help' }>,
  asked: Asked,
): Promise<CardMessage | null> => {
  switch (command.kind) {
    case 'status':
      return answerStatus(deps);
    case 'incidents':
      return answerIncidents(deps);
    case 'help':
      return helpCard();
    case 'unclear':
      return unclearCommandCard(command.why, command.usage);
    case 'accept':
      return acceptCard(await deps.commands.accept(command.service, personOf(asked.user)), deps.clock.now());
    case 'query':
      return answerQuery(deps, command.text, asked);
    case 'trace':
      return answerTrace(deps, command.traceId);
    case 'deps':
    case 'slow':
      return answerServiceQuestion(deps, command, asked);
    case 'unknown': {
      const target = await resolveTarget(deps, command.target, asked);
      return unknownCommandCard(command.word, command.nearest, target.kind === 'number' ? target.number : null);
    }
    case 'incident':
    case 'ack':
    case 'resolve':
    case 'reopen':
      return performOnIncident(deps, command, asked);
  }
};

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

const answerQuery = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage> => {
  const now = deps.clock.now();
  const incident = await findIncidentContext(deps, asked.channel, asked.threadTs);
  const range = incident === null ? {} : { range: incident.range };
  const outcome = await deps.commands.runQuery({ text, ...range }, personOf(asked.user));
  switch (outcome.kind) {
    case 'answer':
      return queryAnswerCard(outcome, now);
    case 'invalid':
      return queryErrorCard(outcome, text);
    case 'failed':
      return queryFailedCard(outcome.userMessage);
  }
};

type OnIncident = Extract<ParsedCommand, { kind: 'incident' | 'ack' | 'resolve' | 'reopen' }>;

const performOnIncident = async (
  deps: ListenerDeps,
  command: OnIncident,
  asked: Asked,
): Promise<CardMessage | null> => {
  const target = await resolveTarget(deps, command.target, asked);
  if (target.kind === 'none-open') return nothingOpenCard();
  if (target.kind === 'several-open') return whichIncidentCard(target.incidents, command.kind);
  const { number } = target;
  switch (command.kind) {
    case 'incident':
      return answerIncident(deps, number);
    case 'ack':
      return acknowledge(deps, number, asked);
    case 'resolve':
      return resolve(deps, number, command.resolution, asked);
    case 'reopen':
      return reopen(deps, number, asked);
  }
};

export const acknowledge = async (deps: ListenerDeps, number: number, asked: Asked): Promise<CardMessage | null> =>
  acknowledgeCard(await deps.commands.acknowledge(number, personOf(asked.user)), await contextOf(deps, asked));

export const resolve = async (
  deps: ListenerDeps,
  number: number,
  resolution: string | null,
  asked: Asked,
): Promise<CardMessage | null> =>
  resolveCard(await deps.commands.resolve(number, resolution, personOf(asked.user)), await contextOf(deps, asked));

export const reopen = async (deps: ListenerDeps, number: number, asked: Asked): Promise<CardMessage | null> =>
  reopenCard(await deps.commands.reopen(number, personOf(asked.user)), await contextOf(deps, asked));

const contextOf = async (deps: ListenerDeps, asked: Asked): Promise<OutcomeContext> => ({
  actor: personOf(asked.user),
  now: deps.clock.now(),
  isSeenOnCard: (await deps.settings.findChannel().catch(() => null)) === asked.channel,
});

type Resolved =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'none-open' }
  | {
      readonly kind: 'several-open';
      readonly incidents: Awaited<ReturnType<ListenerDeps['commands']['listOpenIncidents']>>['incidents'];
    };

/** Unnamed, it is the incident of the thread, or the only one that is open. */
const resolveTarget = async (deps: ListenerDeps, target: Target, asked: Asked): Promise<Resolved> => {
  if (target.kind === 'number') return target;
  const number = await findThreadIncident(deps, asked.channel, asked.threadTs);
  if (number !== null) return { kind: 'number', number };
  const { incidents, total } = await deps.commands.listOpenIncidents();
  const [first] = incidents;
  if (first === undefined) return { kind: 'none-open' };
  return total === 1 ? { kind: 'number', number: first.number } : { kind: 'several-open', incidents };
};
