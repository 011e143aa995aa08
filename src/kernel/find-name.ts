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

// A word of a name is short: one wrong letter of three makes another word of it.
const LEAST_TYPO = 4;

/** The known name that a person means: as it is, whatever the case, or by a part of it that no other name has. */
export const findName = (typed: string, known: readonly string[]): FoundName => {
  const wanted = typed.toLowerCase();
  const exact = known.find((name) => name === typed) ?? known.find((name) => name.toLowerCase() === wanted);
  if (exact !== undefined) return { name: exact, nearest: [exact], more: 0 };
  const containing = namesContaining(wanted, known);
  const withWord = containing.filter((name) => wordsOf(name).includes(wanted));
  const [only, ...others] = withWord.length > 0 ? withWord : containing;
  const near = containing.length > 0 ? containing : misspelt(typed, known);
  const meant = near.length > 0 ? near : known;
  return {
    name: only !== undefined && others.length === 0 ? only : null,
    nearest: meant.slice(0, MOST_NEAREST),
    more: Math.max(0, meant.length - MOST_NEAREST),
  };
};

/** The only known name that resembles what was typed, to be asked about; null: none, or several. */
export const nearName = (typed: string, known: readonly string[]): string | null => {
  const containing = namesContaining(typed.toLowerCase(), known);
  const [only, ...others] = containing.length > 0 ? containing : misspelt(typed, known);
  return only !== undefined && others.length === 0 ? only : null;
};

const namesContaining = (wanted: string, known: readonly string[]): readonly string[] =>
  wanted.length < LEAST_PART ? [] : known.filter((name) => name.toLowerCase().includes(wanted));

/** As whole names, or else by one of their words: "pament" is near to payment-service. */
const misspelt = (typed: string, known: readonly string[]): readonly string[] => {
  const near = nearestNames(typed, known);
  if (near.length > 0 || typed.length < LEAST_TYPO) return near;
  const words = new Set(nearestNames(typed, [...new Set(known.flatMap(wordsOf))]));
  return known.filter((name) => wordsOf(name).some((word) => words.has(word)));
};

const wordsOf = (name: string): readonly string[] => name.toLowerCase().split(/[^\p{L}\p{N}]+/u);
