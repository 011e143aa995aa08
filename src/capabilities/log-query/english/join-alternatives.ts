import { type Part, type Phrase, type Topic, textAt } from './phrase.ts';
import type { Word } from './read-words.ts';

type Condition = Extract<Part, { kind: 'condition' }>;

// Of two that nothing joins, one may be meant for something else.
const ONE_OF_A_KIND: ReadonlySet<Topic> = new Set(['service', 'metric']);

// Two of these are alternatives by themselves.
const WIDENING: ReadonlySet<Topic> = new Set([
  'service',
  'level',
  'status',
  'host',
  'metric',
  'endpoint',
  'trace',
  'call',
]);

/**
 * What replaces the phrase before, where the one that begins there is joined to it by "or" or stands unjoined beside
 * another service: "timeout or refused" is either, "5xx or slower than 2 s" cannot be asked. Null: it is just another
 * phrase.
 */
export const joinAlternatives = (
  phrases: readonly Phrase[],
  phrase: Phrase,
  words: readonly Word[],
  at: number,
): readonly Phrase[] | null => {
  const before = phrases.at(-1);
  const part = phrase.part;
  if (before === undefined || part.kind !== 'condition' || part.isNegated === true) return null;
  const isOr = textAt(words, at) === 'or' || textAt(words, at - 1) === 'or';
  if (!isOr) {
    const isJoined = ['and', 'nor'].some((join) => [textAt(words, at), textAt(words, at - 1)].includes(join));
    if (!ONE_OF_A_KIND.has(part.about) || isJoined || words[at]?.isAfterComma === true || !isBesideOther(phrases, part))
      return null;
    return [before, { ...phrase, means: `${phrase.means ?? ''}, besides the other one: “A or B”`, isSure: false }];
  }
  const earlier = before.part;
  if (earlier.kind !== 'condition' || earlier.isNegated === true) return null;
  if (earlier.about === part.about && (WIDENING.has(part.about) || part.about === 'field')) return null;
  if (earlier.about !== part.about || earlier.field !== part.field)
    return [
      before,
      { ...phrase, means: `${phrase.means ?? ''}, and not or: either of two kinds cannot be asked`, isSure: false },
    ];
  const { ofSpans: _ofSpans, ...rest } = earlier;
  const either = (one: string, other: string): string => `((${one}) OR (${other}))`;
  const ofSpans =
    earlier.ofSpans === undefined || part.ofSpans === undefined
      ? {}
      : { ofSpans: either(earlier.ofSpans, part.ofSpans) };
  return [
    {
      said: `${before.said} or ${phrase.said.replace(/^or /u, '')}`,
      part: { ...rest, esql: either(earlier.esql, part.esql), ...ofSpans },
      means: `${before.means ?? ''} or ${phrase.means ?? ''}`,
      // What was said to be in the text, either of both is.
      isSure: before.isSure && (phrase.isSure || part.about === 'text'),
    },
  ];
};

const isBesideOther = (phrases: readonly Phrase[], { about, esql }: Condition): boolean =>
  phrases.some(
    ({ part }) => part.kind === 'condition' && part.about === about && part.isNegated !== true && part.esql !== esql,
  );
