import { analyzeText } from './analyze-text.ts';

// Lucene's list for English.
const STOP_WORDS = new Set(
  'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with'.split(
    ' ',
  ),
);

const lettersOf = (text: string): readonly string[] => text.toLowerCase().match(/\p{L}+/gu) ?? [];

const ANALYZERS = {
  standard: analyzeText,
  simple: lettersOf,
  stop: (text: string): readonly string[] => lettersOf(text).filter((word) => !STOP_WORDS.has(word)),
  whitespace: (text: string): readonly string[] => text.match(/\S+/g) ?? [],
  keyword: (text: string): readonly string[] => (text === '' ? [] : [text]),
} as const;

/** The analyzers of Elasticsearch that divide what is looked for without knowing a language. */
export type Analyzer = keyof typeof ANALYZERS;

export const ANALYZER_NAMES = Object.keys(ANALYZERS);

export const isAnalyzer = (name: string): name is Analyzer => Object.hasOwn(ANALYZERS, name);

/** The words that are looked for, in their order. */
export const wordsOf = (text: string, analyzer: Analyzer = 'standard'): readonly string[] => ANALYZERS[analyzer](text);

/** Whether a text can hold this word: texts are divided by the standard analyzer. */
export const isFindable = (word: string): boolean => {
  const words = analyzeText(word);
  return words.length === 1 && words[0] === word;
};
