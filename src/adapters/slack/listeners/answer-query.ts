import { addMs, MINUTE_MS } from '#kernel/duration.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { queryAnswerCard } from '../cards/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '../cards/query-error-card.ts';
import type { Asked } from './commands/command.ts';
import { findThreadIncident } from './find-thread-incident.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';

// An incident's thread asks about the incident: from a little before it began.
const BEFORE_ONSET_MS = 30 * MINUTE_MS;

export const answerQuery = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage> => {
  const now = deps.clock.now();
  const number = await findThreadIncident(deps, asked.channel, asked.threadTs);
  const view = number === null ? null : await deps.commands.findIncidentView(number);
  const range = view === null ? {} : { range: { from: addMs(view.onsetAt, -BEFORE_ONSET_MS), to: now } };
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
