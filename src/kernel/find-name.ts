import { nearestNames } from './nearest-names.ts';

export interface FoundName {
  /** The one that is meant beyond doubt; null: none, or several may be. */
  readonly name: string | null;
  /** Those that may be meant, in the order of `known`; without a resemblance the first of them. */
  readonly nearest: readonly string[];
  /** So many further ones were left out of `nearest`. */
  readonly more: number;
}

const MOST_NEAREST = 5;
// A part of fewer letters is in too many names.
const LEAST_PART = 3;

/** The known name that a person means: as it is, whatever the case, or by a part of it that no other name has. */
export const findName = (typed: string, known: readonly string[]): FoundName => {
  const wanted = typed.toLowerCase();
  const exact = known.find((name) => name === typed) ?? known.find((name) => name.toLowerCase() === wanted);
  if (exact !== undefined) return { name: exact, nearest: [exact], more: 0 };
  const isPart = wanted.length >= LEAST_PART;
  const containing = isPart ? known.filter((name) => name.toLowerCase().includes(wanted)) : [];
  const withWord = containing.filter((name) =>
    name
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .includes(wanted),
  );
  const [only, ...others] = withWord.length > 0 ? withWord : containing;
  const near = containing.length > 0 ? containing : nearestNames(typed, known);
  const meant = near.length > 0 ? near : known;
  return {
    name: only !== undefined && others.length === 0 ? only : null,
    nearest: meant.slice(0, MOST_NEAREST),
    more: Math.max(0, meant.length - MOST_NEAREST),
  };
};
