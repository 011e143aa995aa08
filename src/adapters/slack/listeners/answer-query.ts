import type { RunQueryOutcome, TooMany, Understanding, Understood, Wider } from '#capabilities/log-query/index.ts';
import { chartAnswer, widenQuery, widerThan } from '#capabilities/log-query/index.ts';
import { nearName } from '#kernel/find-name.ts';
import { incidentName } from '#kernel/incident-number.ts';
import type { CardMessage } from '../cards/blocks.ts';
import { type AnswerAbout, queryAnswerCard } from '../cards/answer/query-answer-card.ts';
import { queryErrorCard, queryFailedCard } from '../cards/answer/query-error-card.ts';
import {
  noQuestionCard,
  nothingTranslatedCard,
  notUnderstoodCard,
  partlyUnderstoodCard,
  tooManyCard,
  translatedCard,
  unknownServiceCard,
} from '../cards/answer/question-cards.ts';
import { listInWords, nameIn } from '../cards/text.ts';
import type { Asked } from './commands/command.ts';
import { findTimeZone } from './find-time-zone.ts';
import { type HowAsked, type KeptAnswer, keepAnswer } from './kept-answers.ts';
import { type ListenerDeps, personOf } from './listener-deps.ts';
import { type IncidentPlace, readIncidentPlace } from './read-incident-place.ts';

/** ES|QL as it stands, or plain English, of a person. */
export const answerQuestion = async (deps: ListenerDeps, text: string, asked: Asked): Promise<CardMessage> => {
  const place = await readIncidentPlace(deps, asked);
  const timeZone = await findTimeZone(deps, asked.user);
  const shown: { isPartly: boolean } = { isPartly: false };
  const whileAsking = async (partly: Understood): Promise<void> => {
    shown.isPartly = (await asked.sayMeanwhile?.(await partlyCard(deps, text, partly, place, asked, true))) ?? false;
  };
  const can = asked.sayMeanwhile === undefined ? {} : { whileAsking };
  const question = { text, timeZone, ...meantIn(place), ...can };
  const understood = await deps.commands.understandQuestion(question, personOf(asked.user));
  switch (understood.kind) {
    case 'esql':
      return runNew(deps, { query: text, ...placed(place), asked: typedIn(place) }, asked);
    case 'understood':
      return shown.isPartly ? nothingTranslatedCard() : answerUnderstood(deps, text, understood, place, asked);
    case 'translated': {
      const { query, meaning, addedServices } = understood;
      const meant = meantWords(place, addedServices);
      const how = { question: text, phrases: [], meaning, meant };
      const id = await keepFor(deps, asked, { query, ...placed(place), asked: how });
      return translatedCard({ question: text, query, meaning }, { id, note: meant });
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
      const kept = requestOf(`logs ${meant} ${words}`, near.understanding, place);
      return unknownServiceCard(understood, await keepFor(deps, asked, kept));
    }
  }
};

const meantIn = (place: IncidentPlace | null) =>
  place === null ? {} : { range: place.range, services: place.services };

const answerUnderstood = async (
  deps: ListenerDeps,
  question: string,
  understood: Understood,
  place: IncidentPlace | null,
  asked: Asked,
): Promise<CardMessage> =>
  understood.understanding.isWhole
    ? runNew(deps, requestOf(question, understood.understanding, place), asked)
    : partlyCard(deps, question, understood, place, asked, false);

const partlyCard = async (
  deps: ListenerDeps,
  question: string,
  { understanding, services }: Understood,
  place: IncidentPlace | null,
  asked: Asked,
  isClaudeAsked: boolean,
): Promise<CardMessage> => {
  const request = requestOf(question, understanding, place);
  const id = await keepFor(deps, asked, request);
  return partlyUnderstoodCard(question, understanding, { id, note: request.asked.meant, services, isClaudeAsked });
};

const requestOf = (
  question: string,
  { query, phrases, addedServices }: Understanding,
  place: IncidentPlace | null,
): Request & { readonly asked: HowAsked } => {
  const meant = meantWords(place, addedServices);
  return { query, ...placed(place), asked: { question, phrases, meaning: null, meant } };
};

type Request = Pick<KeptAnswer, 'query' | 'range' | 'incident' | 'asked'>;

const placed = (place: IncidentPlace | null): Pick<Request, 'range' | 'incident'> => ({
  range: place?.range ?? null,
  incident: place?.incident ?? null,
});

/** ES|QL in the thread of an incident: nobody asked in other words, but its time is meant. */
const typedIn = (place: IncidentPlace | null): HowAsked | null =>
  place === null ? null : { question: null, phrases: [], meaning: null, meant: windowWords(place) };

const meantWords = (place: IncidentPlace | null, addedServices: readonly string[] | null): string | null =>
  addedServices === null ? windowWords(place) : servicesWords(place, addedServices);

const SERVICES_SAID = 3;

const windowWords = (place: IncidentPlace | null): string | null =>
  place === null ? null : `the time of ${incidentName(place.incident)} where none is named`;

const servicesWords = (place: IncidentPlace | null, services: readonly string[]): string | null => {
  if (place === null) return null;
  const rest = services.length - SERVICES_SAID;
  const names = services.slice(0, SERVICES_SAID).map(nameIn);
  return `services of ${incidentName(place.incident)}: ${listInWords(rest > 0 ? [...names, `${rest} more`] : names)}`;
};

/** Runs it now, keeps what was asked, and answers. */
export const runNew = async (deps: ListenerDeps, request: Request, asked: Asked): Promise<CardMessage> => {
  const now = deps.clock.now();
  const { query, range } = request;
  const outcome = await deps.commands.runQuery(
    { text: query, ...(range === null ? {} : { range }) },
    personOf(asked.user),
  );
  if (outcome.kind === 'too-many') return tooManyCard(outcome, now);
  const id = await keepFor(deps, asked, request, now);
  if (outcome.kind === 'invalid') {
    const { fixed } = outcome;
    const fixedId = fixed === null ? null : await keepFor(deps, asked, { ...request, query: fixed.text }, now);
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
  runNew(deps, { ...widenQuery(kept.query, wider, deps.clock.now()), incident: kept.incident, asked: null }, asked);

type Kept = Pick<KeptAnswer, 'query'> & Partial<Pick<KeptAnswer, 'subject' | 'range' | 'incident' | 'asked'>>;

/** Keeps what somebody asked where they asked it; returns its id, or null. */
export const keepFor = (
  deps: ListenerDeps,
  { user, channel, threadTs }: Asked,
  { query, subject = { kind: 'query' }, range = null, incident = null, asked = null }: Kept,
  askedAt: Date = deps.clock.now(),
): Promise<string | null> =>
  keepAnswer(deps, { subject, query, range, incident, asked, askedAt, asker: user, channel, threadTs });
