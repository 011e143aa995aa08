import type { TimeWindow } from '#kernel/time-window.ts';
import { chooseShape } from './choose-shape.ts';
import { composeQuery } from './compose-query.ts';
import { chooseIndex, fitIndex } from './fit-index.ts';
import type { Ground, Index, Phrase } from './phrase.ts';
import { readPhrases } from './read-phrases.ts';
import { servicesCondition } from './read-service.ts';
import { readWords } from './read-words.ts';

/** What is meant where a question does not say. */
export interface Meant {
  readonly range: TimeWindow | null;
  /** Empty: all of them. */
  readonly services: readonly string[];
  /** Unknown words are looked for in the text without asking whether that was meant. */
  readonly areWordsText: boolean;
}

const NOTHING_MEANT: Meant = { range: null, services: [], areWordsText: false };

export const QUESTION_LIMIT = 1_000;

/** What a question was taken for: each phrase with its meaning, and the ES|QL of all together. */
export interface Understanding {
  /** Meant though nobody named them; null: none was added. */
  readonly addedServices: readonly string[] | null;
  readonly phrases: readonly Pick<Phrase, 'said' | 'means' | 'isSure'>[];
  readonly query: string;
  /** Each phrase is understood without a guess: the query may run unasked. */
  readonly isWhole: boolean;
}

/**
 * Reads a question in plain English by a grammar: services, levels, status codes, durations, times in the asker's
 * zone, counts and groups, words in the text. Never throws; what it does not know is a phrase that says so.
 * `meant`: where the question itself does not say. Null: nothing of it was understood.
 */
export const readQuestion = (question: string, ground: Ground, meant: Meant = NOTHING_MEANT): Understanding | null => {
  const words = readWords(question.slice(0, QUESTION_LIMIT));
  const read = withOneTime(readPhrases(words, ground, meant.areWordsText));
  if (read.length === 0) return null;
  const index = chooseIndex(read);
  const { shape, phrases } = chooseShape(fitIndex(read, index, ground.schema), index);
  const added = isAboutServices(phrases, index) ? [] : meant.services;
  return {
    addedServices: added.length === 0 ? null : added,
    phrases: phrases.map(({ said, means, isSure }) => ({ said, means, isSure })),
    query: composeQuery([...(added.length === 0 ? [] : [ofServices(added)]), ...phrases], index, shape, meant.range),
    isWhole: phrases.every(({ isSure }) => isSure),
  };
};

/** A metric may be of no service, and a trace goes through several. */
const isAboutServices = (phrases: readonly Phrase[], index: Index): boolean =>
  index === 'metrics' ||
  phrases.some(({ part }) =>
    part.kind === 'condition' ? part.about === 'service' || part.about === 'trace' : isGroupOfServices(part),
  );

const isGroupOfServices = (part: Phrase['part']): boolean => part.kind === 'group' && part.field === 'service.name';

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
