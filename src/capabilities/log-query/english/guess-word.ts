import { nearestNames } from '#kernel/nearest-names.ts';
import { type Found, textAt } from './phrase.ts';
import type { Word } from './read-words.ts';

// What questions are made of; a word of fewer letters is near to too many.
const KNOWN = (
  'error errors warning warnings failed failures requests latency timeout timeouts critical ' +
  'exceptions service services endpoint endpoints throughput yesterday average median percentile messages patterns'
).split(' ');
const LEAST_LETTERS = 5;
const MOST_EDITS = 2;

/** "erors" and "requets": what it would be without the slip, to be asked about. */
export const guessWord = (
  words: readonly Word[],
  at: number,
  read: (words: readonly Word[]) => Found | null,
): Found | null => {
  const word = words[at];
  const said = textAt(words, at);
  if (word === undefined || said.length < LEAST_LETTERS || !/^\p{L}+$/u.test(said)) return null;
  const [meant] = nearestNames(said, KNOWN, said.length < 7 ? 1 : MOST_EDITS);
  if (meant === undefined) return null;
  const found = read(words.with(at, { ...word, typed: meant, text: meant }));
  return found === null ? null : { ...found, means: `did you mean ${meant}? ${found.means ?? ''}`, isSure: false };
};
