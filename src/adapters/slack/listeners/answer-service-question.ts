import type { ServiceQuestion } from '#capabilities/traces/index.ts';
import { ASKER_ALONE } from '../cards/answer/audience.ts';
import { tooManyCard } from '../cards/answer/question-cards.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { serviceCallsCard } from '../cards/trace/service-calls-card.ts';
import { slowSpansCard } from '../cards/trace/slow-spans-card.ts';
import { serviceMissingCard } from './answer-help.ts';
import { keepFor } from './answer-query.ts';
import type { Asked } from './commands/command.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { readIncidentPlace } from './read-incident-place.ts';
import { readServiceQuestion } from './read-service-question.ts';
import { whileSearching } from './waiting-line.ts';

interface Command {
  readonly kind: 'deps' | 'slow';
  readonly words: string;
}

export const answerServiceQuestion = async (
  deps: ListenerDeps,
  command: Command,
  asked: Asked,
): Promise<CardMessage> => {
  const question = await completed(deps, command, asked);
  if (question === null) return serviceMissingCard(deps, command.kind);
  return command.kind === 'deps' ? answerCalls(deps, question, asked) : answerSlow(deps, question, asked);
};

const answerCalls = async (deps: ListenerDeps, question: ServiceQuestion, asked: Asked): Promise<CardMessage> => {
  const calls = await whileSearching(asked, deps.commands.readServiceCalls(question, personOf(asked.user)));
  const now = deps.clock.now();
  if (calls.kind === 'too-many') return tooManyCard(calls, now);
  if (calls.kind !== 'calls') return serviceCallsCard(calls, now);
  const { service, range, queries } = calls;
  const subject = { kind: 'deps', about: service, range } as const;
  const id = await keepFor(deps, asked, { subject, query: queries[0] ?? '', range });
  return serviceCallsCard(calls, now, { ...ASKER_ALONE, id });
};

const answerSlow = async (deps: ListenerDeps, question: ServiceQuestion, asked: Asked): Promise<CardMessage> => {
  const slow = await whileSearching(asked, deps.commands.readSlowSpans(question, personOf(asked.user)));
  const now = deps.clock.now();
  if (slow.kind === 'too-many') return tooManyCard(slow, now);
  if (slow.kind !== 'slow-spans') return slowSpansCard(slow, now);
  const { service, range, queries } = slow;
  const subject = { kind: 'slow', about: service, range } as const;
  const id = await keepFor(deps, asked, { subject, query: queries[0] ?? '', range });
  return slowSpansCard(slow, now, { ...ASKER_ALONE, id });
};

/** In an incident's thread its service and time are meant, as far as nothing else is named. */
const completed = async (deps: ListenerDeps, { words }: Command, asked: Asked): Promise<ServiceQuestion | null> => {
  const named = await readServiceQuestion(deps, words, asked);
  const incident = await readIncidentPlace(deps, asked);
  const service = named.service ?? incident?.services[0];
  if (service === undefined) return null;
  const range = named.range ?? incident?.range;
  return range === undefined ? { service } : { service, range };
};
