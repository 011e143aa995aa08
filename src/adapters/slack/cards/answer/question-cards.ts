import type { NoQuestion, TooMany, Understanding } from '#capabilities/log-query/index.ts';
import { nearName } from '#kernel/find-name.ts';
import { actions, button, type CardBlock, type CardMessage, context, section } from '../blocks.ts';
import { typableService } from '../command-list.ts';
import { formatSpan } from '../numbers.ts';
import { queryLines } from './query-text.ts';
import { sentenceCard } from '../sentence-card.ts';
import {
  code,
  cutAtWord,
  cutInMiddle,
  escapeMrkdwn,
  fence,
  FALLBACK_LIMIT,
  listInWords,
  listWithRest,
  nameIn,
  plainName,
  quoted,
  toOneLine,
  withoutMarkup,
} from '../text.ts';

export type Phrases = Understanding['phrases'];

const SAID_LIMIT = 80;
const SHOWN_PHRASES = 12;

/** What Claude has to do with a question; why not, where a limit of the asker is in the way. */
export type ClaudePart = 'none' | 'asked' | TooMany;

/** Each phrase with what it became, and the query that it would be: nothing runs unasked. */
export const partlyUnderstoodCard = (
  question: string,
  understanding: Understanding,
  kept: {
    readonly id: string | null;
    readonly note: string | null;
    readonly services: readonly string[];
    /** Whether its query follows as a card of its own. */
    readonly claude: ClaudePart;
  },
  now: Date,
): CardMessage => {
  const shown = understanding.phrases.slice(0, SHOWN_PHRASES).map(phraseLine);
  const rest = understanding.phrases.length - shown.length;
  return {
    text: cutAtWord(`Understood in part: ${withoutMarkup(toOneLine(question))}`, FALLBACK_LIMIT),
    blocks: [
      section(
        ['*Understood in part.* Is this what you mean?', ...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join(
          '\n',
        ),
      ),
      section(fence(queryLines(understanding.query))),
      context(
        [
          ...(kept.note === null ? [] : [kept.note]),
          ...knownServices(kept.services),
          ...claudeWords(kept.claude, now),
          'Not run yet',
          'only you see this',
        ].join(' · '),
      ),
      ...runOrEdit(kept.id),
    ],
  };
};

/** Until Claude answers; true above its answer too, for not every client can take it back. */
export const askingClaudeCard = (): CardMessage => waitingCard('Asking Claude to write the query; it follows.');

/** Until a search that takes long answers. */
export const searchingCard = (): CardMessage => waitingCard('Searching takes a while; the answer follows.');

const waitingCard = (said: string): CardMessage => ({ text: said, blocks: [context(said)] });

/** After the card of what was understood in part, which stays. */
export const nothingTranslatedCard = (): CardMessage => {
  const said = 'Claude has no other query: what was understood in part is what there is.';
  return sentenceCard(said, said);
};

const claudeWords = (claude: ClaudePart, now: Date): readonly string[] => {
  if (claude === 'none') return [];
  return [
    claude === 'asked' ? 'Claude is asked as well' : `Claude was not asked: ${lowerFirst(tooManyWords(claude, now))}`,
  ];
};

const lowerFirst = (sentences: string): string =>
  `${sentences.slice(0, 1).toLowerCase()}${sentences.slice(1).replace(/\.$/u, '')}`;

const SERVICES_SAID = 8;

/** Whoever misses a name sees what there is. */
const knownServices = (services: readonly string[]): readonly string[] =>
  services.length === 0 ? [] : [`services that write logs: ${listWithRest(services.map(nameIn), SERVICES_SAID, ', ')}`];

const phraseLine = ({ said, means, isSure }: Phrases[number]): string =>
  `${isSure ? '✓' : '?'} *${escapedWords(said)}* → ${means === null ? 'not known' : escapedWords(means)}`;

/** Bold and quotes of ours stand around it, so that its own markup must not. */
const escapedWords = (text: string): string => quoted(text, SAID_LIMIT).slice(1, -1);

/** Briefly, below an answer. */
export const phrasesInShort = (phrases: Phrases): string =>
  phrases
    // "logs → logs" tells nobody anything.
    .filter(({ said, means }) => said.toLowerCase() !== means)
    .slice(0, SHOWN_PHRASES)
    .map(({ said, means }) => (means === null ? escapedWords(said) : `${escapedWords(said)} → ${escapedWords(means)}`))
    .join(' · ');

const WHY_LIMIT = 300;
const QUESTION_SAID = 200;

export const askedWords = (question: string): string => `asked: ${quoted(question, QUESTION_SAID)}`;

export const translatedWords = (meaning: string): string => `translated by Claude: ${quoted(meaning, WHY_LIMIT)}`;

/** ES|QL that a model wrote: it runs only when somebody says so. */
export const translatedCard = (
  { question, query, meaning }: { readonly question: string; readonly query: string; readonly meaning: string },
  kept: { readonly id: string | null; readonly note: string | null },
): CardMessage => ({
  text: cutAtWord(`Translated by Claude: ${withoutMarkup(toOneLine(question))}`, FALLBACK_LIMIT),
  blocks: [
    section(`*Translated by Claude.* Is this what you mean?\n${quoted(meaning, WHY_LIMIT)}`),
    section(fence(queryLines(query))),
    context([...(kept.note === null ? [] : [kept.note]), 'Not run yet', 'only you see this'].join(' · ')),
    ...runOrEdit(kept.id),
  ],
});

const runOrEdit = (id: string | null): readonly CardBlock[] =>
  id === null ? [] : [actions(button('Run', 'query.run', id, 'safe-next-step'), button('Edit…', 'query.edit', id))];

const examples = (service: string): readonly string[] => [
  `errors from ${service} in the last hour`,
  `slowest requests of ${service} since 14:00`,
  'count 5xx by service over the last 30 min',
];

/** Nothing of it was understood: what would be. `why`: in the model's words. */
export const notUnderstoodCard = (
  question: string,
  { why, services }: { readonly why: string | null; readonly services: readonly string[] },
): CardMessage => ({
  text: cutAtWord(`Not understood: ${withoutMarkup(toOneLine(question))}`, FALLBACK_LIMIT),
  blocks: [
    section(
      [
        `*Not understood:* ${quoted(question, SAID_LIMIT)}`,
        ...(why === null ? [] : [`Claude says: ${quoted(why, WHY_LIMIT)}`]),
        'A question may name services, levels, status codes, times, durations, what to count and by what, and words to look for:',
        ...examples(typableService(services) ?? 'payment').map((example) => code(`/sentinel query ${example}`)),
      ].join('\n'),
    ),
    context('Nothing was run · ES|QL is taken as it stands · only you see this'),
  ],
});

const NO_QUESTIONS = {
  change: 'Sentinel only reads telemetry: nothing can be deleted or changed from here. Nothing was run.',
  sql: 'This is SQL. Sentinel takes ES|QL, where it begins with the index: FROM logs | WHERE level == "error" | LIMIT 50. Nothing was run.',
} as const satisfies Readonly<Record<NoQuestion, string>>;

/** Nothing was asked that could be looked for. */
export const noQuestionCard = (what: NoQuestion): CardMessage =>
  sentenceCard(escapeMrkdwn(NO_QUESTIONS[what]), NO_QUESTIONS[what]);

/** `runId`: of the same question about the one service that it may mean; null where there is none to run. */
export const unknownServiceCard = (
  { service, known, more }: { readonly service: string; readonly known: readonly string[]; readonly more: number },
  runId: string | null = null,
): CardMessage => {
  const names = known.map(nameIn);
  const meant = nearName(service, known);
  const others = `There ${names.length === 1 && more === 0 ? 'is' : 'are'} ${listInWords(more === 0 ? names : [...names, `${more} more`])}.`;
  const said = `No service called *${nameIn(service)}* wrote a log in the last 6 h. ${meant === null ? others : `Did you mean ${nameIn(meant)}?`}`;
  const card = sentenceCard(said, `No service called ${plainName(service)} wrote a log.`);
  if (runId === null || meant === null) return card;
  const label = cutInMiddle(`Run with ${plainName(meant)}`, RUN_LABEL_LIMIT);
  return { ...card, blocks: [...card.blocks, actions(button(label, 'query.run', runId, 'safe-next-step'))] };
};

const RUN_LABEL_LIMIT = 24;

/** In their own interest: a store that is busy with one person's queries answers nobody. */
export const tooManyCard = (outcome: TooMany, now: Date): CardMessage => {
  const said = tooManyWords(outcome, now);
  return sentenceCard(`${said} Nothing was run.`, said);
};

const tooManyWords = (outcome: TooMany, now: Date): string =>
  outcome.why === 'at-once'
    ? `${outcome.most === 1 ? 'One query of yours is' : `${outcome.most} queries of yours are`} still running. Ask again once one has answered.`
    : `You asked ${outcome.most === 1 ? '1 time' : `${outcome.most} times`} within a minute. Ask again in ${formatSpan(outcome.until.getTime() - now.getTime())}.`;

/** Of an answer whose time is over, or that is somebody else's. */
export const goneAnswerCard = (): CardMessage => {
  const said = 'That answer is not kept any more. Ask again.';
  return sentenceCard(escapeMrkdwn(said), said);
};
