import type { App } from '@slack/bolt';
import { parseIncidentNumber } from '#kernel/incident-number.ts';
import type { CardMessage } from '../../cards/blocks.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import { answerCommand } from '../answer-command.ts';
import type { Asked } from '../commands/command.ts';
import { commandNamed } from '../commands/read-command.ts';
import { splitWord } from '../commands/words.ts';
import { COMMANDS } from '../../cards/command-list.ts';
import { answerIncident, answerIncidents } from '../show-state.ts';
import { answerPerson, sayTo } from '../answer-person.ts';
import { isFirstDelivery } from '../first-delivery.ts';
import { findThreadIncident } from '../find-thread-incident.ts';
import type { ListenerDeps } from '../listener-deps.ts';
import { asksForState } from './asks-for-state.ts';

/** Asked something, Sentinel answers it; only mentioned, or asked for that, it says how the thread's incident is, or what is open. */
export const registerAppMention = (app: App, deps: ListenerDeps): void => {
  app.event('app_mention', async ({ event, body }) => {
    if (!(await isFirstDelivery(deps, body.event_id))) return;
    const { user, channel } = event;
    if (user === undefined) return;
    const place = { user, channel, threadTs: event.thread_ts ?? null };
    const say = (message: CardMessage): Promise<void> => deps.slack.postEphemeral(place, message);
    const asked: Asked = { ...place, sayMeanwhile: sayTo(deps, 'mention', say) };
    await answerPerson(deps, 'mention', say, () => answerMention(deps, askedText(event.text), asked));
  });
};

const MENTION = /<@[A-Z0-9]+(?:\|[^>]*)?>/u;
// Slack makes a link of what looks like one.
const LINK = /<(?:https?|mailto):[^|>]*\|([^>]*)>/gu;

/** What was said besides the mention. */
const askedText = (text: string): string => text.replace(MENTION, ' ').replace(LINK, '$1').trim();

const answerMention = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage | null> => {
  if (isCommand(text)) return answerCommand(deps, text, asked);
  if (text !== '' && !asksForState(text)) return answerCommand(deps, `query ${text}`, asked);
  const access = await deps.access.check(asked.user, asked.channel);
  if (access.kind === 'refused') return refusalCard(access.why);
  const number = await findThreadIncident(deps, asked.channel, asked.threadTs);
  return number === null ? answerIncidents(deps) : answerIncident(deps, number);
};

/** A command by name; of those that change something only that, or with an incident's number: "resolve" may begin a sentence. */
const isCommand = (text: string): boolean => {
  const [word, rest] = splitWord(text);
  const group = COMMANDS.find(({ name }) => name === commandNamed(word))?.group;
  return group === 'ask' || (group !== undefined && (rest === '' || parseIncidentNumber(rest) !== undefined));
};
