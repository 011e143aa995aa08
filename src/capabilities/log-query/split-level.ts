import type { Found } from './english/phrase.ts';
import { readLevel } from './english/read-filter.ts';
import { readWords, type Word } from './english/read-words.ts';

export interface SplitLevel {
  /** What stands around the level. */
  readonly rest: string;
  /** Null: none is named. `esql`: a condition on `level`; `isSure`: false where it is a guess, which `means` asks about. */
  readonly level: { readonly esql: string; readonly means: string; readonly isSure: boolean } | null;
}

/**
 * Reads a level among the words after a name by the grammar of questions: "gateway errors 30m", "gateway level warn".
 * Only with "level" before it does it stand first, where a name stands otherwise.
 */
export const splitLevel = (text: string): SplitLevel => {
  const words = readWords(text);
  for (let at = 0; at < words.length; at += 1) {
    const found = at > 0 || isLed(words) ? readLevel(words, at) : null;
    const level = found === null ? null : levelOf(found);
    if (found === null || level === null) continue;
    return { rest: words.toSpliced(at, found.used).map(typedAgain).join(' '), level };
  }
  return { rest: text, level: null };
};

const isLed = ([first]: readonly Word[]): boolean =>
  first !== undefined && !first.isQuoted && ['level', 'severity'].includes(first.text);

const levelOf = ({ part, means, isSure }: Found): SplitLevel['level'] =>
  part.kind === 'condition' && means !== null ? { esql: part.esql, means, isSure } : null;

/** What stood in quotes is not read as anything else afterwards. */
const typedAgain = ({ typed, isQuoted }: Word): string => (isQuoted ? `"${typed}"` : typed);
