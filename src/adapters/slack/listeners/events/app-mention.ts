import type { App } from '@slack/bolt';
import type { CardMessage } from '../../cards/blocks.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import type { Asked } from '../commands/command.ts';
import { answerIncident, answerIncidents } from '../show-state.ts';
import { answerPerson } from '../answer-person.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import { findThreadIncident } from '../find-thread-incident.ts';
import type { ListenerDeps } from '../listener-deps.ts';

/** Mentioned in an incident's thread, Sentinel says how the incident is; elsewhere, what is open. */
export const registerAppMention = (app: App, deps: ListenerDeps): void => {
  app.event('app_mention', async ({ event, body }) => {
    if (!(await isFirstDelivery(deps, body.event_id))) return;
    const { user, channel } = event;
    if (user === undefined) return;
    const asked: Asked = { user, channel, threadTs: event.thread_ts ?? null };
    const say = (message: CardMessage): Promise<void> => deps.slack.postEphemeral(asked, message);
    await answerPerson(deps, 'mention', say, () => answerMention(deps, asked));
  });
};

const answerMention = async (deps: ListenerDeps, asked: Asked): Promise<CardMessage> => {
  const access = await deps.access.check(asked.user, asked.channel);
  if (access.kind === 'refused') return refusalCard(access.why);
  const number = await findThreadIncident(deps, asked.channel, asked.threadTs);
  return number === null ? answerIncidents(deps) : answerIncident(deps, number);
};
