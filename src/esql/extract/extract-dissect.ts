/** A key that a pattern of DISSECT or GROK fills. */
export interface ExtractedKey {
  readonly name: string;
  /** Groups of GROK's regular expression or steps of DISSECT, from 1. */
  readonly groups: readonly number[];
}

/** What a text must be made of, key by key, for any of them to be filled. */
export interface Dissection {
  /** What the text begins with. */
  readonly leading: string;
  readonly steps: readonly DissectStep[];
  readonly keys: readonly ExtractedKey[];
}

export interface DissectStep {
  /** It ends what the key holds. Empty only of the last key, which then holds the rest. */
  readonly delimiter: string;
  /** As many keys after this one are empty at most, one for each time that its delimiter stands again at once. */
  readonly mostEmpty: number;
}

// A brace that is left open belongs to no key, and keys without anything between them to the first one's delimiter.
const KEY_AND_DELIMITER = /%\{([^}]*?)\}(.+?(?=%\{)|.*$)/gs;

type Modifier = '' | '?' | '+' | '+/';

interface DissectKey {
  readonly name: string;
  readonly modifier: Modifier;
  readonly order: number;
  readonly isPadded: boolean;
  readonly delimiter: string;
}

// What is appended without a number stands before everything that has one, as it comes.
const UNORDERED = -1;
// Of a short in Java.
const MAX_ORDER = 32_767;

const readKey = (text: string, delimiter: string): DissectKey | string => {
  const modifiers = text.match(/[/+*&?]/g) ?? [];
  const modifier = modifiers.join('');
  if (modifier === '*' || modifier === '&') return `Reference keys not supported in dissect patterns: [%{${text}}]`;
  const unreadable = `Unable to parse key [%{${text}}] of a dissect pattern`;
  if (modifier !== '' && modifier !== '?' && modifier !== '+' && modifier !== '+/')
    return `${unreadable}: ${modifiers.length > 1 ? 'multiple modifiers are not allowed' : 'a number after a slash needs a plus before the name'}`;
  const isPadded = text.endsWith('->');
  const [, name = '', order] =
    (modifier === '+/' ? /\+(.*?)\/(\d+)(?:->)?$/s : /(?:^|[+?])([^+?]*?)(?:->)?$/s).exec(text) ?? [];
  if (Number(order ?? 0) > MAX_ORDER) return `${unreadable}: its number is greater than ${MAX_ORDER}`;
  if (name === '' && modifier.startsWith('+')) return `${unreadable}: the key name could not be determined`;
  return { name, modifier, order: order === undefined ? UNORDERED : Number(order), isPadded, delimiter };
};

const isSkipped = ({ name, modifier }: DissectKey): boolean => modifier === '?' || name === '';

/** A padded key skips the delimiters that stand again, and so does the first padded one that such a delimiter empties. */
const stepsOf = (keys: readonly DissectKey[]): readonly DissectStep[] =>
  keys.map(({ delimiter, isPadded }, at) => {
    const padded = keys.findIndex((other, place) => place > at && other.isPadded);
    return { delimiter, mostEmpty: isPadded ? 0 : (padded === -1 ? keys.length - 1 : padded) - at };
  });

/** The groups of each name that is kept: those that are appended in their order, else the last one. */
const keptGroups = (keys: readonly DissectKey[]): Dissection['keys'] => {
  const named = keys.flatMap((key, at) => (isSkipped(key) ? [] : [{ ...key, group: at + 1 }]));
  return [...Map.groupBy(named, ({ name }) => name)].map(([name, parts]) => {
    const isAppended = parts.some(({ modifier }) => modifier.startsWith('+'));
    const kept = isAppended ? parts.toSorted((a, b) => a.order - b.order) : parts.slice(-1);
    return { name, groups: kept.map(({ group }) => group) };
  });
};

/**
 * Reads a pattern of keys and the delimiters between them. A key ends at the first delimiter after it, and nothing is
 * tried again: where a later delimiter is not found, no key has a value. What follows the last delimiter is left.
 * A problem is told as a string. Elastic's DISSECT command and its dissect processor.
 */
export const extractDissect = (pattern: string): Dissection | string => {
  const leading = /^(.*?)%\{/.exec(pattern)?.[1] ?? '';
  const keys: DissectKey[] = [];
  for (const [, text = '', delimiter = ''] of pattern.slice(leading.length).matchAll(KEY_AND_DELIMITER)) {
    const key = readKey(text, delimiter);
    if (typeof key === 'string') return key;
    keys.push(key);
  }
  const kept = keptGroups(keys);
  if (kept.length === 0)
    return `Invalid pattern for dissect: [${pattern}]; ${keys.length === 0 ? 'it has no key such as %{name}' : 'it has no key that is kept'}`;
  return { leading, steps: stepsOf(keys), keys: kept };
};
