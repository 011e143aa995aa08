import type { ServiceQuestion } from '#capabilities/traces/index.ts';
import { windowBefore } from '#kernel/time-window.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { unclearCommandCard } from '../cards/command-cards.ts';
import { serviceCallsCard } from '../cards/service-calls-card.ts';
import { slowSpansCard } from '../cards/slow-spans-card.ts';
import { findIncidentContext } from './incident-context.ts';
import type { ListenerDeps } from './listener-deps.ts';
import type { ServiceQuestionWords } from './parse-service-question.ts';
import type { Place } from './share-picture.ts';

type Command = ServiceQuestionWords & { readonly kind: 'deps' | 'slow' };

export const answerServiceQuestion = async (
  deps: ListenerDeps,
  command: Command,
  place: Place,
): Promise<CardMessage> => {
  const question = await completed(deps, command, place);
  if (question === null)
    return unclearCommandCard('The name of a service is missing.', `/sentinel ${command.kind} payment-service`);
  const now = deps.clock.now();
  return command.kind === 'deps'
    ? serviceCallsCard(await deps.commands.readServiceCalls(question), now)
    : slowSpansCard(await deps.commands.readSlowSpans(question), now);
};

/** In an incident's thread its service and time are meant, as far as nothing else is named. */
const completed = async (deps: ListenerDeps, words: Command, place: Place): Promise<ServiceQuestion | null> => {
  const incident = await findIncidentContext(deps, place.channel, place.threadTs);
  const service = words.service ?? incident?.service;
  if (service === undefined) return null;
  const range = words.windowMs === null ? incident?.range : windowBefore(deps.clock.now(), words.windowMs);
  return range === undefined ? { service } : { service, range };
};
