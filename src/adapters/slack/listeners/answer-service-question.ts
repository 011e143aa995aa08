import { callsChartOf, type ServiceQuestion } from '#capabilities/traces/index.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { readCallsValue } from '../cards/trace/calls-value.ts';
import { unclearCommandCard } from '../cards/command-cards.ts';
import { callsSentence, serviceCallsCard } from '../cards/trace/service-calls-card.ts';
import { slowSpansCard } from '../cards/trace/slow-spans-card.ts';
import type { ListenerDeps } from './listener-deps.ts';
import { readIncidentPlace } from './read-incident-place.ts';
import { readServiceQuestion } from './read-service-question.ts';
import { type Place, sharePicture } from './share-picture.ts';

interface Command {
  readonly kind: 'deps' | 'slow';
  readonly words: string;
}

const SERVICE_MISSING = 'The name of a service is missing.';
const LONGEST_FILE_NAME = 60;

export const answerServiceQuestion = async (
  deps: ListenerDeps,
  command: Command,
  place: Place,
): Promise<CardMessage> => {
  const question = await completed(deps, command, place);
  if (question === null) return unclearCommandCard(SERVICE_MISSING, `/sentinel ${command.kind} payment-service`);
  const now = deps.clock.now();
  return command.kind === 'deps'
    ? serviceCallsCard(await deps.commands.readServiceCalls(question), now)
    : slowSpansCard(await deps.commands.readSlowSpans(question), now);
};

/** For everybody where the button was clicked, as a waterfall is shown. */
export const showCalls = async (deps: ListenerDeps, value: string, place: Place): Promise<CardMessage | null> => {
  const question = readCallsValue(value);
  if (question === null) return unclearCommandCard(SERVICE_MISSING, '/sentinel deps payment-service');
  const calls = await deps.commands.readServiceCalls(question);
  if (calls.kind !== 'calls') return serviceCallsCard(calls, deps.clock.now());
  const sentence = callsSentence(calls);
  await sharePicture(deps, place, {
    name: `calls-${calls.service.replace(/[^0-9A-Za-z]+/gu, '-').slice(0, LONGEST_FILE_NAME)}.png`,
    png: await deps.chartRenderer.renderCalls(callsChartOf(calls)),
    altText: `Calls around a service. ${sentence.plain}`,
    sentence: sentence.mrkdwn,
  });
  return null;
};

/** In an incident's thread its service and time are meant, as far as nothing else is named. */
const completed = async (deps: ListenerDeps, { words }: Command, place: Place): Promise<ServiceQuestion | null> => {
  const named = await readServiceQuestion(deps, words, place);
  const incident = await readIncidentPlace(deps, place);
  const service = named.service ?? incident?.services[0];
  if (service === undefined) return null;
  const range = named.range ?? incident?.range;
  return range === undefined ? { service } : { service, range };
};
