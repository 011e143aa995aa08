import { addMs, DAY_MS } from '#kernel/duration.ts';
import type { TimeWindow } from '#kernel/time-window.ts';
import { chooseShape } from './choose-shape.ts';
import { composeQuery } from './compose-query.ts';
import { chooseIndex, fitIndex } from './fit-index.ts';
import { fitMetrics } from './fit-metrics.ts';
import { fitTraces } from './fit-traces.ts';
import type { MeantQuery } from './meant-query.ts';
import type { Ground, Index, Phrase, Topic } from './phrase.ts';
import { fitCalls } from './read-calls.ts';
import { withErrorsInstead } from './read-no-search.ts';
import { readPhrases } from './read-phrases.ts';
import { servicesCondition } from './read-service.ts';
import { withThroughput } from './read-shape.ts';
import { withHaving } from './with-having.ts';
import { withCallsBy } from './read-who-calls.ts';
import { readWords, WORD_LIMIT } from './read-words.ts';

/** What is meant where a question does not say. */
export interface Meant {
  readonly range: TimeWindow | null;
  /** Empty: all of them. */
  readonly services: readonly string[];
  /** Unknown words are looked for in the text without asking whether that was meant. */
  readonly areWordsText: boolean;
}

const NOTHING_MEANT: Meant = { range: null, services: [], areWordsText: false };

const QUESTION_LIMIT = 1_000;

/** What a question was taken for: each phrase with its meaning, and the ES|QL of all together. */
export interface Understanding extends MeantQuery {
  readonly phrases: readonly Pick<Phrase, 'said' | 'means' | 'isSure'>[];
  /** Each phrase is understood without a guess: the query may run unasked. */
  readonly isWhole: boolean;
}

/**
 * Reads a question in plain English by a grammar: services, levels, status codes, durations, times in the asker's
 * zone, counts and groups, words in the text. Never throws; what it does not know is a phrase that says so.
 * `meant`: where the question itself does not say. Null: nothing of it was understood.
 */
export const readQuestion = (question: string, ground: Ground, meant: Meant = NOTHING_MEANT): Understanding | null => {
  const written = readWords(question.slice(0, QUESTION_LIMIT), WORD_LIMIT + 1);
  const words = written.slice(0, WORD_LIMIT);
  const isCut = written.length > WORD_LIMIT || question.trimEnd().length > QUESTION_LIMIT;
  const phrasesRead = fitMetrics(readPhrases(words, ground, meant.areWordsText), ground);
  const read = withThroughput(withErrorsInstead(withHaving(withCallsBy(fitCalls(withOneTime(phrasesRead))))));
  if (read.length === 0) return null;
  const index = chooseIndex(read, ground.schema);
  const fitted = fitIndex(withTimeOfTrace(read, ground.now), index, ground.schema);
  const added = isAboutServices(fitted, index) ? [] : meant.services;
  const queryOfAll = added.length === 0 ? undefined : readQuestion(question, ground, { ...meant, services: [] })?.query;
  const { shape, phrases } = chooseShape(fitTraces(fitted, index, added.length > 0), index);
  return {
    added: queryOfAll === undefined ? null : { names: added, queryOfAll },
    phrases: [
      ...phrases.filter(({ said }) => said !== '').map(({ said, means, isSure }) => ({ said, means, isSure })),
      ...(isCut ? [afterWord(words.at(-1)?.typed ?? '')] : []),
    ],
    query: composeQuery([...(added.length === 0 ? [] : [ofServices(added)]), ...phrases], index, shape, meant.range),
    isWhole: !isCut && phrases.every(({ isSure }) => isSure),
  };
};

const afterWord = (lastWord: string): Understanding['phrases'][number] => ({
  said: `everything after “${lastWord}”`,
  means: `left out: a question is read up to ${WORD_LIMIT} words and ${QUESTION_LIMIT.toLocaleString('en-US')} characters`,
  isSure: false,
});

const ABOUT_SERVICES: ReadonlySet<Topic> = new Set(['service', 'call', 'trace']);

const OF_TRACE_MS = 7 * DAY_MS;

/** Whoever has the id of a trace need not know when it was: as much is searched as for the trace itself. */
const withTimeOfTrace = (phrases: readonly Phrase[], now: Date): readonly Phrase[] => {
  const isOfTrace = ({ part }: Phrase): boolean =>
    part.kind === 'condition' && part.about === 'trace' && part.isNegated !== true;
  const at = phrases.findIndex(isOfTrace);
  const traced = phrases[at];
  if (traced === undefined || phrases.some(({ part }) => part.kind === 'time')) return phrases;
  const conditions = ['@timestamp >= NOW() - 7 days'];
  const range = { from: addMs(now, -OF_TRACE_MS), to: now };
  const time = { ...range, conditions, used: 0, timeZone: 'UTC', isGuess: false, point: null, inWords: null };
  return phrases
    .with(at, { ...traced, means: `${traced.means ?? ''}, of the last 7 days` })
    .toSpliced(at + 1, 0, { said: '', part: { kind: 'time', time }, means: null, isSure: true });
};

/** A metric may be of no service, and a trace goes through several. */
const isAboutServices = (phrases: readonly Phrase[], index: Index): boolean =>
  index === 'metrics' ||
  phrases.some(({ part }) => (part.kind === 'condition' ? ABOUT_SERVICES.has(part.about) : areOfAnyService(part)));

const areOfAnyService = (part: Phrase['part']): boolean =>
  (part.kind === 'group' && part.field === 'service.name') || (part.kind === 'noise' && part.areAllServices === true);

const ofServices = (services: readonly string[]): Phrase => ({
  said: '',
  part: { kind: 'condition', about: 'service', field: 'service.name', esql: servicesCondition(services) },
  means: null,
  isSure: true,
});

/** A second time contradicts the first one. */
const withOneTime = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const first = phrases.findIndex(({ part }) => part.kind === 'time');
  return phrases.map((phrase, index) =>
    phrase.part.kind === 'time' && index !== first
      ? { said: phrase.said, part: { kind: 'noise' }, means: 'a second time', isSure: false }
      : phrase,
  );
};
