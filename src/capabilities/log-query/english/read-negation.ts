import { textAt } from './phrase.ts';
import type { Word } from './read-words.ts';

const NOT = new Set(
  "not no non neither except excluding exclude excludes excl without w/o minus ignoring ignore besides isn't aren't wasn't weren't don't dont nor".split(
    ' ',
  ),
);
const PAIRS = new Set(['other than', 'apart from', 'aside from', 'but not', 'but no', 'and not', 'but without']);
const ALL = new Set('all any anything everything everyone everybody'.split(' '));
// "all the logs but debug"
const ALL_REACH = 4;
// "don't show 404s", "except for the timeouts", "not including gateway".
const FILLERS = new Set('show include including count want for the any those with'.split(' '));

/** How many words from there on say that what follows is left out; 0: none do. */
export const negationAt = (words: readonly Word[], at: number): number => {
  const [first, second] = [textAt(words, at), textAt(words, at + 1)];
  const isPair = PAIRS.has(`${first} ${second}`);
  const isAllBut = first === 'but' && words.slice(Math.max(0, at - ALL_REACH), at).some(({ text }) => ALL.has(text));
  if (!isPair && !isAllBut && !NOT.has(first)) return 0;
  let used = isPair ? 2 : 1;
  while (FILLERS.has(textAt(words, at + used))) used += 1;
  return used;
};

const KINDS = new Set('services hosts pods endpoints operations routes which has have had'.split(' '));

/**
 * "services without errors" are those that had none, which no condition on rows tells; and "no errors" may be a
 * question: neither is sure.
 */
export const isSureNegation = (words: readonly Word[], at: number): boolean => {
  const first = textAt(words, at);
  return first !== 'no' && !(first === 'without' && KINDS.has(textAt(words, at - 1)));
};

const DENIALS = new Set("no not isn't aren't wasn't weren't don't dont".split(' '));

/** "no space left", "user not found": messages say so too, where "without" or "except" only leave out. */
export const isSaidInMessages = (words: readonly Word[], at: number): boolean => DENIALS.has(textAt(words, at));
