import { type CardBlock, type CardMessage, type Choice, context, section } from '../blocks.ts';
import { cutAtWord, FALLBACK_LIMIT, fence } from '../text.ts';
import { queryLines } from './query-text.ts';

const queryBlock = (query: string): CardBlock => section(fence(queryLines(query)));

/** What was run: the first, and the others behind a choice where there is one; without `id` all of them. */
export const ranQueries = (queries: readonly string[], id: string | null): readonly CardBlock[] => {
  const [first, ...others] = queries;
  if (first === undefined) return [];
  if (id === null || others.length === 0) return queries.map(queryBlock);
  return [section(`${fence(queryLines(first))}\nand ${others.length} more, under *${allWords(queries)}*`)];
};

const allWords = ({ length }: readonly string[]): string => `All ${length} queries`;

/** Behind the dots, where one card does not show all of them. */
export const queriesChoice = (queries: readonly string[], id: string): readonly Choice[] =>
  queries.length < 2 ? [] : [{ label: allWords(queries), value: `queries:${id}` }];

/** For whoever asked for all of them. */
export const queriesCard = (queries: readonly string[]): CardMessage => ({
  text: cutAtWord('The queries that were run.', FALLBACK_LIMIT),
  blocks: [...queries.map(queryBlock), context('only you see this')],
});
