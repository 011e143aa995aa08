import { VARIABLE_TEXT } from './display.ts';
import { createMiner } from './miner.ts';
import type { MinerSettings } from './settings.ts';

/** How CATEGORIZE of ES|QL writes a category: a regular expression, or its words with blanks between. */
export type CategoryFormat = 'regex' | 'tokens';

export interface Categorizer {
  add(message: string | null): void;
  /** The category of each message in the order given; null where there are no words to go by. */
  keys(): readonly (string | null)[];
}

const SEPARATORS = /[\s()[\]{}"'<>,;|=:]+/u;
const OUTER_MARKS = /^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu;
const REGEX_MARKS = /[\\^$.*+?()[\]{}|/-]/g;

/** What all messages of a template have in common, numbers left out. */
const wordsOf = (template: string): readonly string[] =>
  template
    .replaceAll(VARIABLE_TEXT, ' ')
    .split(SEPARATORS)
    .map((word) => word.replaceAll(OUTER_MARKS, ''))
    .filter((word) => word !== '' && !/\p{N}/u.test(word));

const keyOf = (words: readonly string[], format: CategoryFormat): string | null => {
  if (words.length === 0) return null;
  if (format === 'tokens') return words.join(' ');
  return `.*?${words.map((word) => word.replaceAll(REGEX_MARKS, String.raw`\$&`)).join('.+?')}.*?`;
};

/** Categories of messages that are all known before the first is asked for. */
export const createCategorizer = (
  format: CategoryFormat = 'regex',
  settings: Partial<MinerSettings> = {},
): Categorizer => {
  const becameOf = new Map<number, number>();
  const miner = createMiner(
    { valuesPerVariable: 0, ...settings },
    { onMerge: ({ from, into }) => becameOf.set(from, into) },
  );
  const ids: (number | null)[] = [];
  const rootOf = (id: number): number => {
    let root = id;
    for (let next = becameOf.get(root); next !== undefined; next = becameOf.get(root)) root = next;
    return root;
  };
  return {
    add: (message) => {
      ids.push(message === null || message === '' ? null : miner.add(message));
    },
    keys: () => {
      const keys = new Map(miner.templates().map(({ id, text }) => [id, keyOf(wordsOf(text), format)]));
      return ids.map((id) => (id === null ? null : (keys.get(rootOf(id)) ?? null)));
    },
  };
};

/**
 * The category of each message, as CATEGORIZE of ES|QL names them: `.*?Worker.+?restarted.*?`. Messages
 * that are equal up to numbers, hexadecimal and dates fall together; null or empty has none.
 */
export const categorize = (
  messages: readonly (string | null)[],
  format: CategoryFormat = 'regex',
): readonly (string | null)[] => {
  const categorizer = createCategorizer(format);
  for (const message of messages) categorizer.add(message);
  return categorizer.keys();
};
