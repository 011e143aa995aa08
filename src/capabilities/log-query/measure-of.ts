import { isNumeric } from '#esql/types.ts';
import type { ShapedAnswer } from './shaped-answer.ts';

/** A column of an answer, and where it stands in its rows. */
export interface Measure {
  readonly name: string;
  readonly at: number;
}

/**
 * The number that an answer is about, for whatever shows only one: what the query sorts by, before what it
 * computes of its aggregates, before plain ones; a count last, and of equals the first. Null: there is none.
 */
export const measureOf = ({
  answer,
  keys,
  counts,
  roles,
}: Pick<ShapedAnswer, 'answer' | 'keys' | 'counts' | 'roles'>): Measure | null => {
  const { sortedBy, computed, growing } = roles;
  const rankOf = (name: string): number => {
    if (sortedBy.includes(name)) return 0;
    if (growing.includes(name)) return counts.includes(name) ? 4 : 3;
    return computed.includes(name) ? 1 : 2;
  };
  const [first] = answer.columns
    .map(({ name, type }, at) => ({ name, type, at, rank: rankOf(name) }))
    .filter(({ name, type }) => isNumeric(type) && !keys.includes(name))
    .toSorted((a, b) => a.rank - b.rank);
  return first === undefined ? null : { name: first.name, at: first.at };
};
