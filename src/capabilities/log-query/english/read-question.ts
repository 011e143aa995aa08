import type { TimeWindow } from '#kernel/time-window.ts';
import { composeQuery } from './compose-query.ts';
import { chooseIndex, fitIndex } from './fit-index.ts';
import type { Ground, Phrase } from './phrase.ts';
import { readPhrases } from './read-phrases.ts';
import { readWords } from './read-words.ts';

export const QUESTION_LIMIT = 1_000;

/** What a question was taken for: each phrase with its meaning, and the ES|QL of all together. */
export interface Understanding {
  readonly phrases: readonly Pick<Phrase, 'said' | 'means' | 'isSure'>[];
  readonly query: string;
  /** Each phrase is understood without a guess: the query may run unasked. */
  readonly isWhole: boolean;
}

/**
 * Reads a question in plain English by a grammar: services, levels, status codes, durations, times in the asker's
 * zone, counts and groups, words in the text. Never throws; what it does not know is a phrase that says so.
 * `range`: meant where the question names no time. Null: nothing of it was understood.
 */
export const readQuestion = (question: string, ground: Ground, range: TimeWindow | null): Understanding | null => {
  const words = readWords(question.slice(0, QUESTION_LIMIT));
  const read = withOneTime(readPhrases(words, ground));
  if (read.length === 0) return null;
  const index = chooseIndex(read);
  const phrases = fitIndex(read, index, ground.schema);
  return {
    phrases: phrases.map(({ said, means, isSure }) => ({ said, means, isSure })),
    query: composeQuery(phrases, index, range),
    isWhole: phrases.every(({ isSure }) => isSure),
  };
};

/** A second time contradicts the first one. */
const withOneTime = (phrases: readonly Phrase[]): readonly Phrase[] => {
  const first = phrases.findIndex(({ part }) => part.kind === 'time');
  return phrases.map((phrase, index) =>
    phrase.part.kind === 'time' && index !== first
      ? { said: phrase.said, part: { kind: 'noise' }, means: 'a second time', isSure: false }
      : phrase,
  );
};
