import type {
  MeantQuery,
  Question,
  RunQueryOutcome,
  TooMany,
  Understanding,
  Understood,
  Wider,
} from '#capabilities/log-query/index.ts';
import { chartAnswer, widenQuery, widerThan } from '#capabilities/log-query/index.ts';
import { nearName } from '#kernel/find-name.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { type AnswerAbout, queryAnswerCard } from '../cards/answer/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '../cards/answer/query-error-card.ts';
import {
  askingClaudeCard,
  type ClaudePart,
  noQuestionCard,
  nothingTranslatedCard,
  notUnderstoodCard,
  partlyUnderstoodCard,
  tooManyCard,
  translatedCard,
  unknownServiceCard,
} from '../cards/answer/question-cards.ts';
import { threadWords } from '../cards/answer/thread-words.ts';
import type { Asked } from './commands/command.ts';
import { findTimeZone } from './find-time-zone.ts';
import { type HowAsked, type KeptAnswer, keepAnswer } from './kept-answers.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { whileSearching } from './waiting-line.ts';
import { type IncidentPlace, readIncidentPlace } from './read-incident-place.ts';

/** ES|QL as it stands, or plain English, of a person. */
export const answerQuestion = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage> => {
  const place = await readIncidentPlace(deps, asked);
  const timeZone = await findTimeZone(deps, asked.user);
  const shown: { isPartly: boolean } = { isPartly: false };
  const whileAsking = async (partly: Understood | null): Promise<void> => {
    if (partly === null) await (asked.sayWaiting ?? asked.sayMeanwhile)?.(askingClaudeCard());
    else
      shown.isPartly =
        (await asked.sayMeanwhile?.(await partlyCard(deps, text, partly, place, asked, 'asked'))) ?? false;
  };
  const question = { text, timeZone, ...meantIn(place), whileAsking };
  const understood = await deps.commands.understandQuestion(question, personOf(asked.user));
  switch (understood.kind) {
    case 'esql':
      return answerTyped(deps, question, understood, place, asked);
    case 'understood':
      return shown.isPartly
        ? nothingTranslatedCard()
        : answerUnderstood(deps, text, understood, place, asked, understood.refused ?? 'none');
    case 'translated': {
      const { query, meaning } = understood;
      const request = requestOf({ question: text, phrases: [], meaning }, understood, place);
      const id = await keepFor(deps, asked, request);
      return translatedCard({ question: text, query, meaning }, { id, note: noteOf(request) });
    }
    case 'no-question':
      return noQuestionCard(understood.what);
    case 'not-understood':
      return notUnderstoodCard(text, understood);
    case 'too-many':
      return tooManyCard(understood, deps.clock.now());
  }
};

export const answerLogs = async (
  deps: ListenerDeps,
  { service, words }: { readonly service: string | null; readonly words: string },
  asked: Asked,
): Promise<CardMessage> => {
  const place = await readIncidentPlace(deps, asked);
  const timeZone = await findTimeZone(deps, asked.user);
  const request = { words, timeZone, ...meantIn(place) };
  const understood = await deps.commands.understandLogRequest({ service, ...request });
  switch (understood.kind) {
    case 'understood':
      return answerUnderstood(deps, `logs ${service ?? ''} ${words}`, { ...understood, services: [] }, place, asked);
    case 'unknown-service': {
      const meant = nearName(understood.service, understood.known);
      if (meant === null) return unknownServiceCard(understood);
      const near = await deps.commands.understandLogRequest({ service: meant, ...request });
      if (near.kind !== 'understood' || !near.understanding.isWhole) return unknownServiceCard(understood);
      const kept = requestOf(inEnglish(`logs ${meant} ${words}`, near.understanding), near.understanding, place);
      return unknownServiceCard(understood, await keepFor(deps, asked, kept));
    }
  }
};

const meantIn = (place: IncidentPlace | null) =>
  place === null ? {} : { range: place.range, services: place.services };

/** What is put right means in the thread what it would have meant. */
const answerTyped = (
  deps: ListenerDeps,
  question: Question,
  typed: MeantQuery,
  place: IncidentPlace | null,
  asked: Asked,
): Promise<CardMessage> =>
  runNew(deps, requestOf(TYPED, typed, place), asked, async (text) => {
    const fixed = await deps.commands.understandQuestion({ ...question, text }, personOf(asked.user));
    return requestOf(TYPED, fixed.kind === 'esql' ? fixed : { query: text, added: null }, place);
  });

const answerUnderstood = async (
  deps: ListenerDeps,
  question: string,
  understood: Understood,
  place: IncidentPlace | null,
  asked: Asked,
  claude: ClaudePart = 'none',
): Promise<CardMessage> =>
  understood.understanding.isWhole
    ? runNew(deps, requestOf(inEnglish(question, understood.understanding), understood.understanding, place), asked)
    : partlyCard(deps, question, understood, place, asked, claude);

const partlyCard = async (
  deps: ListenerDeps,
  question: string,
  { understanding, services }: Understood,
  place: IncidentPlace | null,
  asked: Asked,
  claude: ClaudePart,
): Promise<CardMessage> => {
  const request = requestOf(inEnglish(question, understanding), understanding, place);
  const id = await keepFor(deps, asked, request);
  const kept = { id, note: noteOf(request), services, claude };
  return partlyUnderstoodCard(question, understanding, kept, deps.clock.now());
};

const noteOf = ({ query, asked }: Request): string | null => threadWords(query, asked?.ofThread ?? null);

type InWords = Pick<HowAsked, 'question' | 'phrases' | 'meaning'>;

const inEnglish = (question: string, { phrases }: Understanding): InWords => ({ question, phrases, meaning: null });

const requestOf = (
  inWords: InWords,
  { query, added }: MeantQuery,
  place: IncidentPlace | null,
): Request & { readonly asked: HowAsked } => ({
  query,
  range: place?.range ?? null,
  incident: place?.incident ?? null,
  asked: { ...inWords, ofThread: place === null ? null : { incident: place.incident, added, isItsTime: true } },
});

type Request = Pick<KeptAnswer, 'query' | 'range' | 'incident' | 'asked'>;

const TYPED: InWords = { question: null, phrases: [], meaning: null };

/** The same question without the services that the thread was taken to mean. */
export const runOfAll = (deps: ListenerDeps, kept: KeptAnswer, asked: Asked): Promise<CardMessage> => {
  const query = kept.asked?.ofThread?.added?.queryOfAll ?? kept.query;
  return runNew(deps, { ...kept, query, asked: withoutAdded(kept.asked) }, asked);
};

const withoutAdded = (how: HowAsked | null): HowAsked | null =>
  how?.ofThread ? { ...how, ofThread: { ...how.ofThread, added: null } } : how;

/** A query that somebody wrote in place of the one that was answered; of its time unless another one is chosen. */
export const runEdited = (
  deps: ListenerDeps,
  kept: KeptAnswer,
  { query, range }: { readonly query: string; readonly range: TimeWindow | null },
  asked: Asked,
): Promise<CardMessage> => {
  const { incident } = kept;
  const isItsTime = range === null && kept.asked?.ofThread?.isItsTime === true;
  const ofThread = incident === null ? null : { incident, added: null, isItsTime };
  return runNew(deps, { query, range: range ?? kept.range, incident, asked: { ...TYPED, ofThread } }, asked);
};

/** Runs it now, keeps what was asked, and answers. */
export const runNew = async (
  deps: ListenerDeps,
  request: Request,
  asked: Asked,
  requestOfFixed: (query: string) => Promise<Request> = (query) => Promise.resolve({ ...request, query }),
): Promise<CardMessage> => {
  const now = deps.clock.now();
  const { query, range } = request;
  const input = { text: query, ...(range === null ? {} : { range }) };
  const outcome = await whileSearching(asked, deps.commands.runQuery(input, personOf(asked.user)));
  if (outcome.kind === 'too-many') return tooManyCard(outcome, now);
  const id = await keepFor(deps, asked, request, now);
  if (outcome.kind === 'invalid') {
    const { fixed } = outcome;
    const fixedId = fixed === null ? null : await keepFor(deps, asked, await requestOfFixed(fixed.text), now);
    return queryErrorCard(outcome, query, { typed: id, fixed: fixedId });
  }
  return outcomeCard(outcome, query, now, { ...request.asked, id });
};

/** The same again, as of the moment when it was asked. */
export const runKept = (
  deps: ListenerDeps,
  { query, range, askedAt }: KeptAnswer,
  user: string,
): Promise<RunQueryOutcome | TooMany> =>
  deps.commands.runQuery({ text: query, asOf: askedAt, ...(range === null ? {} : { range }) }, personOf(user));

export const outcomeCard = (
  outcome: RunQueryOutcome | TooMany,
  query: string,
  now: Date,
  about: Partial<AnswerAbout> & { readonly id: string | null },
): CardMessage => {
  switch (outcome.kind) {
    case 'answer':
      return queryAnswerCard(outcome, now, {
        wider: widerThan(query, outcome.searchedTime.from, now),
        hasChart: chartAnswer(outcome) !== null,
        ...about,
      });
    case 'invalid':
      return queryErrorCard(outcome, query);
    case 'failed':
      return queryFailedCard(outcome.userMessage, about.id);
    case 'too-many':
      return tooManyCard(outcome, now);
  }
};

/** The same question about the time up to now. How it was asked named another time. */
export const runWider = (deps: ListenerDeps, kept: KeptAnswer, wider: Wider, asked: Asked): Promise<CardMessage> =>
  runEdited(deps, kept, widenQuery(kept.query, wider, deps.clock.now()), asked);

type Kept = Pick<KeptAnswer, 'query'> & Partial<Pick<KeptAnswer, 'subject' | 'range' | 'incident' | 'asked'>>;

/** Keeps what somebody asked where they asked it; returns its id, or null. */
export const keepFor = (
  deps: ListenerDeps,
  { user, channel, threadTs }: Asked,
  { query, subject = { kind: 'query' }, range = null, incident = null, asked = null }: Kept,
  askedAt: Date = deps.clock.now(),
): Promise<string | null> =>
  keepAnswer(deps, { subject, query, range, incident, asked, askedAt, asker: user, channel, threadTs });
