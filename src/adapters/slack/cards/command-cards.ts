import type { IncidentSummary } from '#capabilities/incidents/index.ts';
import { incidentName } from '#kernel/incident-number.ts';
import { button, type CardMessage } from './blocks.ts';
import type { CommandName } from './command-list.ts';
import { sentenceCard } from './sentence-card.ts';
import { code, cutAtWord, escapeMrkdwn, listWithRest, nameIn, plainName, toOneLine } from './text.ts';

const HELP = button('Help', 'sentinel.help');
const LISTED = 5;
const WHY_LIMIT = 300;

const LABEL: Readonly<Partial<Record<CommandName, string>>> = {
  ack: 'Acknowledge',
  resolve: 'Resolve',
  reopen: 'Reopen',
};
const ACTION = { ack: 'incident.acknowledge', resolve: 'incident.resolve', reopen: 'incident.reopen' } as const;

/** No command of ours: the nearest one, and as a button where it can be clicked. */
/** `question`: all that was typed, where it is more than a word and may be a question; null elsewhere. */
export const unknownCommandCard = (
  word: string,
  nearest: CommandName | null,
  number: number | null,
  question: string | null = null,
): CardMessage => {
  const said = code(escapeMrkdwn(toOneLine(word)));
  const plain = `There is no command “${plainName(word)}”.`;
  if (nearest === null) {
    const ask =
      question === null ? '' : ` To search for that: ${code(escapeMrkdwn(`/sentinel query ${toOneLine(question)}`))}`;
    return sentenceCard(`There is no command ${said}.${ask}`, plain, [HELP]);
  }
  const target = number === null || !takesNumber(nearest) ? '' : ` ${incidentName(number)}`;
  return sentenceCard(
    `There is no command ${said}. Did you mean ${code(`/sentinel ${nearest}${target}`)}?`,
    `${plain} Did you mean “${nearest}”?`,
    [...buttonFor(nearest, number), HELP],
  );
};

const takesNumber = (name: CommandName): boolean => ['incident', 'ack', 'resolve', 'reopen'].includes(name);

const buttonFor = (name: CommandName, number: number | null): readonly ReturnType<typeof button>[] => {
  switch (name) {
    case 'status':
      return [button('Status', 'sentinel.status')];
    case 'incidents':
      return [button('Open incidents', 'sentinel.incidents')];
    case 'ack':
    case 'resolve':
    case 'reopen': {
      if (number === null) return [];
      const incident = incidentName(number);
      return [button(`${LABEL[name] ?? ''} ${incident}`, ACTION[name], incident)];
    }
    case 'incident':
    case 'accept':
    case 'help':
    case 'query':
    case 'trace':
    case 'deps':
    case 'slow':
    case 'logs':
    case 'patterns':
      return [];
  }
};

export const unclearCommandCard = (why: string, usage: string | null): CardMessage =>
  sentenceCard(
    `${escapeMrkdwn(cutAtWord(toOneLine(why), WHY_LIMIT))}${usage === null ? '' : ` Write ${code(escapeMrkdwn(toOneLine(usage)))}.`}`,
    toOneLine(why),
    [HELP],
  );

/** Several are open, and none was named. */
export const whichIncidentCard = (open: readonly IncidentSummary[], name: CommandName): CardMessage => {
  const example = open[0] === undefined ? '' : ` ${incidentName(open[0].number)}`;
  const names = open.map((incident) => `*${incidentName(incident.number)}* ${nameIn(incident.service)}`);
  return sentenceCard(
    `Which one? ${listWithRest(names, LISTED, ', ')} are open. Write ${code(`/sentinel ${name}${example}`)}.`,
    `Which incident? ${open.length} are open.`,
    [button('Open incidents', 'sentinel.incidents')],
  );
};

export const nothingOpenCard = (): CardMessage =>
  sentenceCard('No incident is open. Name one by its number, such as `INC-1`.', 'No incident is open.', [
    button('Status', 'sentinel.status'),
  ]);

/** A fault of the outside world, in the words meant for people. */
export const faultCard = (userMessage: string): CardMessage =>
  sentenceCard(`⚠️ ${escapeMrkdwn(cutAtWord(toOneLine(userMessage), WHY_LIMIT))}`, toOneLine(userMessage));

export const ownFaultCard = (): CardMessage =>
  sentenceCard(
    '⚠️ *Sentinel failed at this.* It is a fault of Sentinel’s own; its log has the details. What you see on the cards is still right.',
    'Sentinel failed at this; its log has the details.',
  );
