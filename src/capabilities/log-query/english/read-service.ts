import { printString } from '#esql/print/print-expression.ts';
import { nearName } from '#kernel/find-name.ts';
import { condition, type Found, type Ground, type Rule, textAt } from './phrase.ts';
import { guessWord } from './guess-word.ts';
import { readLevel, readOutcome, readStatus, readTimePhrase } from './read-filter.ts';
import { readGroup, readOverTime } from './read-group.ts';
import { isBehindMetric, readMetric } from './read-metric.ts';
import { readNames } from './read-names.ts';
import { readIndex, readLatency, readRate } from './read-shape.ts';
import { singular, type Word } from './read-words.ts';

const PREPOSITIONS = new Set('from of in by at for on to service svc app and or nor'.split(' '));
const AFTER = new Set(['service', 'services', 'svc', 'app']);
const MOST_WORDS = 3;
const MOST_SERVICES = 5;

const SUFFIX = /[-_.](?:service|svc|srv)$/u;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

const wordsOf = (name: string): readonly string[] =>
  name
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map(singular);

const namesOf = readNames((name) => ({
  name,
  plain: plain(name),
  stem: plain(name.toLowerCase().replace(SUFFIX, '')),
  words: wordsOf(name),
}));
type Named = ReturnType<typeof namesOf>[number];

/**
 * "from payment-service", "in the payment service", "service gateway", or just a service's name. After a
 * preposition a part of the name is enough where it fits some; alone only the whole name is one.
 */
export const readService: Rule = (words, at, ground) => {
  let start = at;
  while (start < at + 3 && (PREPOSITIONS.has(textAt(words, start)) || (start > at && textAt(words, start) === 'the')))
    start += 1;
  const isLed = start > at || isListed(words, at, ground) || isCalledService(words, at);
  const whole = longestName(words, start, ground);
  const found = whole ?? (isLed ? partOfName(words, start, ground) : null);
  if (found === null) return null;
  // "revenue and orders" are two metrics.
  const isMetric = whole === null && readMetric(words, start, ground) !== null && isBehindMetric(words, at, ground);
  if (isMetric) return null;
  // "by order" may ask for groups.
  const isSure = whole !== null || textAt(words, at) !== 'by';
  const after = AFTER.has(textAt(words, start + found.used)) ? 1 : 0;
  return { ...found, isSure, used: found.used + after + (start - at) };
};

/** "payment svc" */
const isCalledService = (words: readonly Word[], at: number): boolean =>
  AFTER.has(textAt(words, at + 1)) && !AFTER.has(textAt(words, at));

/** "payment, order": behind the comma stands another one. */
const isListed = (words: readonly Word[], at: number, ground: Ground): boolean =>
  words[at]?.isAfterComma === true && readNamed(words, at - 1, ground) !== null;

/** A name there, or a part of one, whatever stands before it. */
export const readNamed = (words: readonly Word[], at: number, ground: Ground): Found | null =>
  longestName(words, at, ground) ?? partOfName(words, at, ground);

/**
 * A part of a name alone, which may be meant as text as well; but not where only one name has it and what a service
 * has stands beside it: "payment errors", "5xx payment".
 */
export const guessService = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  if (PREPOSITIONS.has(textAt(words, at)) || AFTER.has(textAt(words, at))) return null;
  const found = partOfName(words, at, ground);
  if (found === null) return null;
  const isOnlyOne = namesWith(singular(textAt(words, at)), ground).length === 1;
  return { ...found, isSure: isOnlyOne && (isBesideIts(words, at, ground) || isAskedOf(words, at)) };
};

/** "did payment …", "what is going on with payment" */
const isAskedOf = (words: readonly Word[], at: number): boolean =>
  /^(?:did|does|do|has|have|is|was)$/u.test(textAt(words, at - 1)) ||
  (textAt(words, at - 1) === 'with' && /^(?:on|wrong|happening|up)$/u.test(textAt(words, at - 2)));

/**
 * What a service has stands before the name, or after it and further names: "payment or order errors". Between them
 * may stand when and by what: "errors per minute payment".
 */
const isBesideIts = (words: readonly Word[], at: number, ground: Ground): boolean => {
  if (endsWith(OF_A_SERVICE, words, startOfBetween(words, at, ground), ground) > 0) return true;
  let end = at + 1;
  while (['and', 'or'].includes(textAt(words, end)) && readNamed(words, end + 1, ground) !== null) end += 2;
  return isOfAService(words, endOfBetween(words, end, ground), ground);
};

const BETWEEN: readonly Rule[] = [readTimePhrase, readGroup, readOverTime];
// "broken down by host", "in the last 10 minutes"
const MOST_BETWEEN = 5;
const PHRASES_BETWEEN = 2;

/** How many words right before that place one of the rules takes as a whole; 0: none. */
const endsWith = (rules: readonly Rule[], words: readonly Word[], at: number, ground: Ground, most = 2): number => {
  for (let back = Math.min(most, at); back > 0; back -= 1)
    if (rules.some((rule) => rule(words, at - back, ground)?.used === back)) return back;
  return 0;
};

const startOfBetween = (words: readonly Word[], at: number, ground: Ground): number => {
  let start = at;
  for (let phrases = 0; phrases < PHRASES_BETWEEN; phrases += 1)
    start -= endsWith(BETWEEN, words, start, ground, MOST_BETWEEN);
  return start;
};

const endOfBetween = (words: readonly Word[], at: number, ground: Ground): number => {
  let end = at;
  for (let phrases = 0; phrases < PHRASES_BETWEEN && end < words.length; phrases += 1)
    end += BETWEEN.map((rule) => rule(words, end, ground)).find((found) => found !== null)?.used ?? 0;
  return end;
};

const isOfAService = (words: readonly Word[], at: number, ground: Ground): boolean =>
  OF_A_SERVICE.some((rule) => rule(words, at, ground) !== null);

/** Such a word with a slip, as in "gatway erors". */
const isNearOfAService = (words: readonly Word[], at: number, ground: Ground): boolean => {
  const isMeant = (meant: readonly Word[]): Found | null =>
    OF_A_SERVICE.map((rule) => rule(meant, at, ground)).find((found) => found !== null) ?? null;
  return at >= 0 && guessWord(words, at, isMeant) !== null;
};

const LEAST_MISSPELT = 5;

/** A service's name misspelt, where a service is meant: "from pament", "pament errors", "errors pament". */
export const guessMisspelt = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  const { services } = ground;
  const before = textAt(words, at - 1) === 'the' ? textAt(words, at - 2) : textAt(words, at - 1);
  const said = textAt(words, at);
  const isBeside = (): boolean =>
    said.length >= LEAST_MISSPELT &&
    (isBesideIts(words, at, ground) || [at - 1, at + 1].some((place) => isNearOfAService(words, place, ground)));
  const name = NAME_FOLLOWS.has(before) || isBeside() ? nearName(said, services) : null;
  if (name === null) return null;
  const found = ofServices([name], 1);
  return { ...found, means: `no service is called so; did you mean ${name}?`, isSure: false };
};

const DIVIDED = /[^./:][./:]+[^./:]/u;

/**
 * The services whose names are a label of a name that as a whole is none, as `api` is of `api.github` or `api/v2`:
 * another name, of whatever that is.
 */
export const servicesWithin = (said: string, { services }: Ground): readonly string[] => {
  if (!DIVIDED.test(said)) return [];
  const labels = new Set(said.split(/[./:]+/u).map(plain));
  return namesOf(services)
    .filter((service) => labels.has(service.plain))
    .map(({ name }) => name);
};

/** What stands before a service's name, and before little else. */
export const NAME_FOLLOWS: ReadonlySet<string> = new Set(['from', 'of', 'in', 'service']);

const OF_A_SERVICE: readonly Rule[] = [readLevel, readStatus, readOutcome, readRate, readLatency, readIndex];

/** Those that are named there, in full or by a part, and by how many words. */
export const namesAt = (
  words: readonly Word[],
  at: number,
  ground: Ground,
): { readonly names: readonly string[]; readonly used: number } | null => {
  if (AFTER.has(textAt(words, at))) return null;
  const whole = longestNameAt(words, at, ground);
  if (whole !== null) return { names: [whole.name], used: whole.used };
  const fitting = namesWith(singular(textAt(words, at)), ground);
  return fitting.length === 0 || fitting.length > MOST_SERVICES ? null : { names: fitting, used: 1 };
};

const longestName = (words: readonly Word[], start: number, ground: Ground): Found | null => {
  const found = longestNameAt(words, start, ground);
  return found === null ? null : ofServices([found.name], found.used);
};

/** One word or several: "payment service" is payment-service. */
const longestNameAt = (
  words: readonly Word[],
  start: number,
  ground: Ground,
): { readonly name: string; readonly used: number } | null => {
  const services = namesOf(ground.services);
  for (let count = Math.min(MOST_WORDS, words.length - start); count > 0; count -= 1) {
    const parts = words.slice(start, start + count).map(({ text }) => plain(text));
    // An arrow behind a name is none of it.
    const said = parts.at(-1) === '' ? '' : parts.join('');
    const name =
      services.find((service) => service.plain === said)?.name ??
      (count === 1 ? sameStem(words, start, services) : undefined);
    if (name !== undefined && said !== '') return { name, used: count };
  }
  return null;
};

/** "payment-svc" is payment-service, and "gateway-service" gateway, where only one is called so. */
const sameStem = (words: readonly Word[], at: number, services: readonly Named[]): string | undefined => {
  const said = textAt(words, at);
  if (!SUFFIX.test(said)) return undefined;
  const stem = plain(said.replace(SUFFIX, ''));
  const [only, ...others] = services.filter((service) => service.stem === stem);
  return others.length === 0 ? only?.name : undefined;
};

const partOfName = (words: readonly Word[], start: number, ground: Ground): Found | null => {
  const fitting = namesWith(singular(textAt(words, start)), ground);
  return fitting.length === 0 || fitting.length > MOST_SERVICES ? null : ofServices(fitting, 1);
};

/** Those of which it is a whole word. */
const namesWith = (said: string, { services }: Ground): readonly string[] =>
  said.length < 2
    ? []
    : namesOf(services)
        .filter(({ words }) => words.includes(said))
        .map(({ name }) => name);

export const ofServices = (names: readonly string[], used: number): Found =>
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
