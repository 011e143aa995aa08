import { type Found, type Ground, type Phrase, type Rule, textAt } from './phrase.ts';
import { guessWord } from './guess-word.ts';
import { joinAlternatives } from './join-alternatives.ts';
import { readCalls } from './read-calls.ts';
import { readDuration } from './read-duration.ts';
import { isEndpoint, readEndpoint } from './read-endpoint.ts';
import { readField } from './read-field.ts';
import { readFieldIs } from './read-field-is.ts';
import { readFieldValue } from './read-field-value.ts';
import {
  readIdentity,
  readLevel,
  readOutcome,
  readStatus,
  readStatusNot,
  readTimePhrase,
  statusOf,
} from './read-filter.ts';
import {
  isDrawn,
  isEverywhere,
  readAllServices,
  readGroup,
  readHowManyOf,
  readListed,
  readOverTime,
  readUnknownGroup,
} from './read-group.ts';
import { isSaidInMessages, isSureNegation, negationAt } from './read-negation.ts';
import { readNoSearch } from './read-no-search.ts';
import { readLimit, readManyRows, readOrder } from './read-order.ts';
import { guessMisspelt, guessService, NAME_FOLLOWS, readService, servicesWithin } from './read-service.ts';
import { readMetric, readValues } from './read-metric.ts';
import { readCount, readIndex, readLatency, readRate } from './read-shape.ts';
import { readShareBound } from './read-share-bound.ts';
import { isLogSpeak, readTimedOut, textCondition } from './read-text.ts';
import { looksLikeTime } from './read-time.ts';
import { readComparison, readUnclearTime, readWhatIsNew } from './read-unclear.ts';
import { readWhen } from './read-when.ts';
import { readWhoCalls } from './read-who-calls.ts';
import type { Word } from './read-words.ts';

// The first that knows the words wins, so what is told by several words comes before what is told by one.
const RULES: readonly Rule[] = [
  readWhoCalls,
  readWhatIsNew,
  readWhen,
  readCalls,
  readOverTime,
  readTimePhrase,
  readRate,
  readValues,
  readLatency,
  readHowManyOf,
  readAllServices,
  readShareBound,
  readCount,
  readManyRows,
  readDuration,
  readGroup,
  readEndpoint,
  readStatusNot,
  readFieldIs,
  readFieldValue,
  readTimedOut,
  readStatus,
  readIdentity,
  readOutcome,
  readLevel,
  readMetric,
  readService,
  readOrder,
  readLimit,
  readListed,
  readField,
  readIndex,
  readComparison,
  readUnclearTime,
];

const NOISE = new Set(
  (
    "a an the all any every me us show list get give display see view tell what what's whats which who where are is was were be been there " +
    'please that this have has had do does did and or of for with on in at by from to into happened happening going ' +
    'it its my our your i we you them these those so any some everything anything throwing throws getting most more than having occurred seen thrown got ' +
    'need want can could query run log-lines results pls plz rows examples example samples sample only just group grouped'
  ).split(' '),
);
const TEXT_LEADS = new Set(
  'about containing contains contain mentioning mentions mention matching like saying says find search searching grep text message'.split(
    ' ',
  ),
);
// In a question, where a message may say them as well: "how many did payment serve", "plot errors", "from either".
const OF_QUESTIONS: readonly { readonly said: ReadonlySet<string>; readonly after: ReadonlySet<string> }[] = [
  {
    said: new Set('serve handle take throw return answer send emit receive'.split(' ')),
    after: new Set('did does do'.split(' ')),
  },
  { said: new Set('either both'.split(' ')), after: new Set('from in of for'.split(' ')) },
];
const TROUBLE = new Set('issue issues problem problems trouble'.split(' '));

/**
 * What each part of a question was taken for, in its order. Words that say nothing are left out. `areWordsText`:
 * of logs nothing else can be meant by words that stand for nothing, or by a length of time.
 */
export const readPhrases = (words: readonly Word[], ground: Ground, areWordsText: boolean): readonly Phrase[] => {
  const phrases: Phrase[] = [];
  let at = 0;
  while (at < words.length) {
    const { phrase, used } = phraseAt(words, at, ground, areWordsText);
    const alternative = phrase === null ? null : joinAlternatives(phrases, phrase, words, at);
    if (alternative !== null) phrases.splice(-1, 1, ...alternative);
    else if (phrase !== null) phrases.push(withExclusion(phrase, phrases.at(-1), words, at));
    at += used;
  }
  return phrases;
};

/** Null: the word there says nothing. */
const phraseAt = (
  words: readonly Word[],
  at: number,
  ground: Ground,
  areWordsText: boolean,
): { readonly phrase: Phrase | null; readonly used: number } => {
  const lead = negationAt(words, at);
  const start = lead === 0 ? at : endOfSkipped(words, at + lead, ground);
  const negation = start - at;
  if (start === words.length) return { phrase: phraseOf(words, at, negation, NOTHING_LEFT_OUT), used: negation };
  const first = firstFound(words, start, ground);
  const found =
    (first !== null && isWordOfText(words, start, first, areWordsText) ? null : first) ??
    (negation > 0 ? statusOf(textAt(words, start)) : null) ??
    (areWordsText ? null : (unknownGroupAt(words, start, ground) ?? noSearchAt(words, start)));
  if (found === null && negation === 0 && isSkipped(words, at)) return { phrase: null, used: 1 };
  if (areWordsText && found === null && words[start]?.isQuoted === false && isSaidInMessages(words, at)) {
    const used = 1 + lengthOfUnknown(words, at + 1, ground, true);
    return { phrase: { ...unknownPhrase(words, at, 0, used, true, ground), isSure: false }, used };
  }
  const guess = found ?? (areWordsText ? null : guessAt(words, start, ground));
  if (guess === null) {
    const length = lengthOfUnknown(words, start, ground, areWordsText);
    return { phrase: unknownPhrase(words, at, negation, length, areWordsText, ground), used: negation + length };
  }
  const phrase = phraseOf(words, at, negation, guess);
  const isLength = areWordsText && guess.part.kind === 'time' && guess.part.time.isGuess;
  return { phrase: isLength ? { ...phrase, isSure: true } : phrase, used: negation + guess.used };
};

/** A path or "everywhere", where words are to be looked for. */
const isWordOfText = (words: readonly Word[], at: number, found: Found, areWordsText: boolean): boolean =>
  areWordsText
    ? isEndpoint(found) || isEverywhere(words, at)
    : isEverywhere(words, at) && TEXT_LEADS.has(textAt(words, at - 1));

const NOTHING_LEFT_OUT: Found = { part: { kind: 'noise' }, means: null, isSure: false, used: 0 };

/** Behind the words that say nothing between "not" and what is left out: "not containing the pool". */
const endOfSkipped = (words: readonly Word[], at: number, ground: Ground): number => {
  let end = at;
  while (end < words.length && firstFound(words, end, ground) === null && isSkipped(words, end)) end += 1;
  return end;
};

const JOINS = new Set(['and', 'or', 'nor']);
const PREPOSITIONS = new Set('from in of for by at on'.split(' '));

/** "except gateway and payment" leaves out both; of "not from gateway and from payment" nobody knows. */
const withExclusion = (phrase: Phrase, before: Phrase | undefined, words: readonly Word[], at: number): Phrase => {
  const [part, earlier] = [phrase.part, before?.part];
  if (part.kind !== 'condition' || part.isNegated === true) return phrase;
  if (earlier?.kind !== 'condition' || earlier.isNegated !== true) return phrase;
  const join = JOINS.has(textAt(words, at)) ? at : at - 1;
  if (!JOINS.has(textAt(words, join)) && words[at]?.isAfterComma !== true) return phrase;
  return {
    ...phrase,
    part: { ...part, isNegated: true },
    means: `not ${phrase.means ?? ''}`,
    isSure: phrase.isSure && earlier.about === part.about && !PREPOSITIONS.has(textAt(words, join + 1)),
  };
};

const firstFound = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  if (at >= words.length || words[at]?.isQuoted === true) return null;
  for (const rule of RULES) {
    const found = rule(words, at, ground);
    if (found !== null) return found;
  }
  return null;
};

/** "by path", where a path stands for nothing; "by errors" is another matter. */
const unknownGroupAt = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  const found = readUnknownGroup(words, at, ground);
  const named = at + (found?.used ?? 0) - 1;
  return found === null || isSkipped(words, named) || firstFound(words, named, ground) !== null ? null : found;
};

/** Null where the words were said to be in the text. */
const noSearchAt = (words: readonly Word[], at: number): Found | null => {
  const lead = ['a', 'an', 'the'].includes(textAt(words, at - 1)) ? at - 2 : at - 1;
  return TEXT_LEADS.has(textAt(words, lead)) || TEXT_LEADS.has(textAt(words, at)) ? null : readNoSearch(words, at);
};

const isSkipped = (words: readonly Word[], at: number): boolean => {
  const said = textAt(words, at);
  // The method of a request is no wish.
  if (said === '' || words[at]?.typed === 'GET') return false;
  const isOfQuestion = OF_QUESTIONS.some(
    (one) => one.said.has(said) && words.slice(0, at).some(({ text }) => one.after.has(text)),
  );
  if (isOfQuestion || isDrawn(words, at)) return true;
  return NOISE.has(said) || TEXT_LEADS.has(said) || TROUBLE.has(said) || !/[\p{L}\p{N}]/u.test(said);
};

/** Text that somebody asked for by name is no service. */
const guessAt = (words: readonly Word[], at: number, ground: Ground): Found | null =>
  TEXT_LEADS.has(textAt(words, at - 1))
    ? null
    : (guessService(words, at, ground) ??
      guessMisspelt(words, at, ground) ??
      guessWord(words, at, (meant) => firstFound(meant, at, ground)));

const lengthOfUnknown = (words: readonly Word[], at: number, ground: Ground, areWordsText: boolean): number => {
  let end = at + 1;
  const isUnknown = (): boolean =>
    !isSkipped(words, end) &&
    negationAt(words, end) === 0 &&
    firstFound(words, end, ground) === null &&
    (areWordsText || (guessAt(words, end, ground) ?? noSearchAt(words, end)) === null);
  while (end < words.length && isUnknown()) end += 1;
  return end - at;
};

const phraseOf = (words: readonly Word[], at: number, negation: number, found: Found): Phrase => {
  const said = saidFrom(words, at, negation + found.used);
  const { part, means, isSure } = found;
  if (negation === 0) return { said, part, means, isSure };
  if (part.kind !== 'condition' || part.isNegated === true)
    return { said, part: { kind: 'noise' }, means: part.kind === 'noise' ? means : null, isSure: false };
  const isNegationSure = isSure && isSureNegation(words, at);
  return { said, part: { ...part, isNegated: true }, means: `not ${means ?? ''}`, isSure: isNegationSure };
};

/** Looked for in the text: surely where somebody said so, or as a guess. */
const unknownPhrase = (
  words: readonly Word[],
  from: number,
  negation: number,
  length: number,
  areWordsText: boolean,
  ground: Ground,
): Phrase => {
  const at = from + negation;
  const run = words.slice(at, at + length);
  const before = textAt(words, at - 1) === 'the' ? textAt(words, at - 2) : textAt(words, at - 1);
  const isSure =
    run.every(({ isQuoted }) => isQuoted) ||
    run.every(isLogSpeak) ||
    TEXT_LEADS.has(before) ||
    TROUBLE.has(textAt(words, at + length)) ||
    (areWordsText && !run.some(looksLikeTime));
  const isNegated = negation > 0;
  const inText = `in the text: ${run.map(({ typed }) => typed).join(', ')}`;
  const isNoService =
    NAME_FOLLOWS.has(before) || run.some(({ text, isQuoted }) => !isQuoted && servicesWithin(text, ground).length > 0);
  const means = !isSure && isNoService ? `no service is called so; ${inText}` : inText;
  return {
    said: saidFrom(words, from, negation + length),
    part: {
      kind: 'condition',
      about: 'text',
      field: 'message',
      esql: textCondition(run, 'message'),
      ofSpans: textCondition(run, 'span.name'),
      ...(isNegated ? { isNegated } : {}),
    },
    means: isNegated ? `not ${means}` : means,
    isSure,
  };
};

const saidFrom = (words: readonly Word[], at: number, length: number): string =>
  words
    .slice(at, at + length)
    .map(({ typed }) => typed)
    .join(' ');
