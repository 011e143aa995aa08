import { type Found, type Ground, type Phrase, type Rule, textAt } from './phrase.ts';
import {
  readDuration,
  readField,
  readIdentity,
  readLevel,
  readOutcome,
  readStatus,
  readTimePhrase,
} from './read-filter.ts';
import { guessMisspelt, guessService, NAME_FOLLOWS, readService } from './read-service.ts';
import {
  readCount,
  readGroup,
  readIndex,
  readLatency,
  readLimit,
  readListed,
  readMetric,
  readOrder,
  readOverTime,
  readRate,
} from './read-shape.ts';
import { textCondition } from './read-text.ts';
import { looksLikeTime } from './read-time.ts';
import type { Word } from './read-words.ts';

// The first that knows the words wins, so what is told by several words comes before what is told by one.
const RULES: readonly Rule[] = [
  readOverTime,
  readTimePhrase,
  readRate,
  readLatency,
  readCount,
  readDuration,
  readGroup,
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
];

const NOISE = new Set(
  (
    "a an the all any every me us show list get give display see view tell what what's whats which who where when why are is was were be been there " +
    'please that this have has had do does did and or of for with on in at by from to into happened happening going ' +
    'it its my our your i we you them these those out up so any some most more than having occurred seen thrown got ' +
    'need want can could query run log-lines results only just group grouped'
  ).split(' '),
);
const TEXT_LEADS = new Set(
  'about containing contains contain mentioning mentions mention matching like saying says find search searching grep text message'.split(
    ' ',
  ),
);
const TROUBLE = new Set('issue issues problem problems trouble'.split(' '));
const NOT = new Set('not except excluding exclude without'.split(' '));

/**
 * What each part of a question was taken for, in its order. Words that say nothing are left out. `areWordsText`:
 * of logs nothing else can be meant by words that stand for nothing, or by a length of time.
 */
export const readPhrases = (words: readonly Word[], ground: Ground, areWordsText: boolean): readonly Phrase[] => {
  const phrases: Phrase[] = [];
  let at = 0;
  while (at < words.length) {
    const negation = NOT.has(textAt(words, at)) ? 1 : 0;
    const found = firstFound(words, at + negation, ground);
    if (found !== null) {
      const phrase = phraseOf(words, at, negation, found);
      phrases.push(areWordsText && phrase.part.kind === 'time' ? { ...phrase, isSure: true } : phrase);
      at += negation + found.used;
      continue;
    }
    if (isSkipped(words, at)) {
      at += 1;
      continue;
    }
    const guess = areWordsText ? null : guessAt(words, at, ground);
    if (guess !== null) {
      phrases.push(phraseOf(words, at, 0, guess));
      at += guess.used;
      continue;
    }
    const length = lengthOfUnknown(words, at, ground, areWordsText);
    phrases.push(unknownPhrase(words, at, length, areWordsText));
    at += length;
  }
  return phrases;
};

const firstFound = (words: readonly Word[], at: number, ground: Ground): Found | null => {
  if (at >= words.length || words[at]?.isQuoted === true) return null;
  for (const rule of RULES) {
    const found = rule(words, at, ground);
    if (found !== null) return found;
  }
  return null;
};

const isSkipped = (words: readonly Word[], at: number): boolean => {
  const said = textAt(words, at);
  return (
    said !== '' &&
    (NOISE.has(said) || TEXT_LEADS.has(said) || TROUBLE.has(said) || NOT.has(said) || !/[\p{L}\p{N}]/u.test(said))
  );
};

/** Text that somebody asked for by name is no service. */
const guessAt = (words: readonly Word[], at: number, ground: Ground): Found | null =>
  TEXT_LEADS.has(textAt(words, at - 1)) || NOT.has(textAt(words, at - 1))
    ? null
    : (guessService(words, at, ground) ?? guessMisspelt(words, at, ground));

const lengthOfUnknown = (words: readonly Word[], at: number, ground: Ground, areWordsText: boolean): number => {
  let end = at + 1;
  const isUnknown = (): boolean =>
    !isSkipped(words, end) &&
    firstFound(words, end, ground) === null &&
    (areWordsText || guessAt(words, end, ground) === null);
  while (end < words.length && isUnknown()) end += 1;
  return end - at;
};

const phraseOf = (words: readonly Word[], at: number, negation: number, found: Found): Phrase => {
  const said = saidFrom(words, at, negation + found.used);
  const { part, means, isSure } = found;
  if (negation === 0) return { said, part, means, isSure };
  if (part.kind !== 'condition') return { said, part: { kind: 'noise' }, means: null, isSure: false };
  return { said, part: { ...part, isNegated: true }, means: `not ${means ?? ''}`, isSure };
};

/** Looked for in the text: surely where somebody said so, or as a guess. */
const unknownPhrase = (words: readonly Word[], at: number, length: number, areWordsText: boolean): Phrase => {
  const run = words.slice(at, at + length);
  const before = textAt(words, at - 1) === 'the' ? textAt(words, at - 2) : textAt(words, at - 1);
  const isSure =
    run.every(({ isQuoted }) => isQuoted) ||
    TEXT_LEADS.has(before) ||
    TROUBLE.has(textAt(words, at + length)) ||
    (areWordsText && !run.some(looksLikeTime));
  const isNegated = NOT.has(before);
  const inText = `in the text: ${run.map(({ typed }) => typed).join(', ')}`;
  const means = !isSure && NAME_FOLLOWS.has(before) ? `no service is called so; ${inText}` : inText;
  return {
    said: saidFrom(words, at, length),
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
