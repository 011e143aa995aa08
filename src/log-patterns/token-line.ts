import { PUNCTUATION } from './classify-piece.ts';
import type { Scanner } from './scan-line.ts';

/** A scanned line whose tokens may still become variables. */
export interface TokenLine {
  readonly count: number;
  /** Kinds of tokens; the only part that changes. */
  readonly kinds: Uint8Array;
  text(at: number): string;
  /** The first character of a mark of punctuation; empty for other tokens and outside the line. */
  mark(at: number): string;
  /** Nothing stands between the token and the one before. */
  isGlued(at: number): boolean;
  /** The text from one token to the end of another. */
  textBetween(from: number, to: number): string;
  /** The character before a token. */
  characterBefore(at: number): string;
}

export const tokenLineOf = (line: string, { kinds: scanned, starts, ends, count }: Scanner): TokenLine => {
  const size = count();
  const kinds = scanned.slice(0, size);
  const from = starts.slice(0, size);
  const to = ends.slice(0, size);
  return {
    count: size,
    kinds,
    text: (at) => line.slice(from[at], to[at]),
    mark: (at) => (kinds[at] === PUNCTUATION ? (line[from[at] ?? 0] ?? '') : ''),
    isGlued: (at) => from[at] === (at === 0 ? 0 : to[at - 1]),
    textBetween: (first, last) => line.slice(from[first], to[last]),
    characterBefore: (at) => line[(from[at] ?? 0) - 1] ?? '',
  };
};
