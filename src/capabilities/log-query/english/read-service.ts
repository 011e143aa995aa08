import { printString } from '#esql/print/print-expression.ts';
import { nearName } from '#kernel/find-name.ts';
import { condition, type Found, type Ground, type Rule, textAt } from './phrase.ts';
import { readLevel, readOutcome, readStatus } from './read-filter.ts';
import { singular, type Word } from './read-words.ts';

const PREPOSITIONS = new Set(['from', 'of', 'in', 'by', 'at', 'for', 'on', 'to', 'service', 'app', 'and', 'or']);
const AFTER = new Set(['service', 'services', 'app']);
const MOST_WORDS = 3;
const MOST_SERVICES = 5;

/**
 * "from payment-service", "in the payment service", "service gateway", or just a service's name. After a
 * preposition a part of the name is enough where it fits some; alone only the whole name is one.
 */
export const readService: Rule = (words, at, ground) => {
  let start = at;
  while (start < at + 3 && (PREPOSITIONS.has(textAt(words, start)) || (start > at && textAt(words, start) === 'the')))
    start += 1;
  const isLed = start > at;
  const found = longestName(words, start, ground) ?? (isLed ? partOfName(words, start, ground) : null);
  if (found === null) return null;
  const after = AFTER.has(textAt(words, start + found.used)) ? 1 : 0;
  return { ...found, used: found.used + after + (start - at) };
};

/**
 * A part of a name alone, which may be meant as text as well; but not where only one name has it and what a service
 * has stands beside it: "payment errors", "5xx payment".
 */
export const guessService = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  if (PREPOSITIONS.has(textAt(words, at)) || AFTER.has(textAt(words, at))) return null;
  const found = partOfName(words, at, ground);
  if (found === null) return null;
  const isOnlyOne = namesWith(singular(textAt(words, at)), ground).length === 1;
  const isBeside = [at - 1, at + 1].some((place) => OF_A_SERVICE.some((rule) => rule(words, place, ground) !== null));
  return { ...found, isSure: isOnlyOne && isBeside };
};

/** A service's name misspelt, where a service is meant: "from pament". */
export const guessMisspelt = (words: readonly Word[], at: number, { services }: Ground): Found | null => {
  const before = textAt(words, at - 1) === 'the' ? textAt(words, at - 2) : textAt(words, at - 1);
  const said = textAt(words, at);
  const name = NAME_FOLLOWS.has(before) ? nearName(said, services) : null;
  if (name === null) return null;
  const found = ofServices([name], 1);
  return { ...found, means: `no service is called so; did you mean ${name}?`, isSure: false };
};

/** What stands before a service's name, and before little else. */
export const NAME_FOLLOWS: ReadonlySet<string> = new Set(['from', 'of', 'in', 'service']);

const OF_A_SERVICE: readonly Rule[] = [readLevel, readStatus, readOutcome];

/** One word or several: "payment service" is payment-service. */
const longestName = (words: readonly Word[], start: number, { services }: Ground): Found | null => {
  for (let count = Math.min(MOST_WORDS, words.length - start); count > 0; count -= 1) {
    const said = plain(
      words
        .slice(start, start + count)
        .map(({ text }) => text)
        .join(''),
    );
    const name = services.find((service) => plain(service) === said);
    if (name !== undefined && said !== '') return ofServices([name], count);
  }
  return null;
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const partOfName = (words: readonly Word[], start: number, ground: Ground): Found | null => {
  const fitting = namesWith(singular(textAt(words, start)), ground);
  return fitting.length === 0 || fitting.length > MOST_SERVICES ? null : ofServices(fitting, 1);
};

/** Those of which it is a whole word. */
const namesWith = (said: string, { services }: Ground): readonly string[] =>
  said.length < 2 ? [] : services.filter((service) => wordsOf(service).includes(said));

const wordsOf = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map(singular);

const ofServices = (names: readonly string[], used: number): Found =>
  condition(
    'service',
    servicesCondition(names),
    `${names.length === 1 ? 'service' : 'services'} ${names.join(', ')}`,
    used,
  );

export const servicesCondition = (names: readonly string[]): string => {
  const printed = names.map((name) => printString(name));
  return printed.length === 1 ? `service.name == ${printed[0] ?? ''}` : `service.name IN (${printed.join(', ')})`;
};
