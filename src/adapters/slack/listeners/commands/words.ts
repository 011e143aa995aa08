import { NBSP, unescapeMrkdwn } from '../../cards/text.ts';

/** What Slack and phones make of typed text, turned back: entities, curly quotes, no-break spaces. */
export const typedText = (text: string): string =>
  unescapeMrkdwn(text)
    .replaceAll(NBSP, ' ')
    .replace(/[\u2007\u202f]/gu, ' ')
    .replace(/[\u201c\u201d\u201e\u201f]/gu, '"')
    .replace(/[\u2018\u2019\u201a\u201b]/gu, "'");

/** The first word, and what follows it. */
export const splitWord = (text: string): readonly [string, string] => {
  const match = /^(\S*)\s*([^]*)$/u.exec(text);
  return [match?.[1] ?? '', (match?.[2] ?? '').trim()];
};

export const WORD_LIMIT = 40;

export const cutWord = (word: string): string =>
  word.length > WORD_LIMIT ? `${word.slice(0, WORD_LIMIT - 1)}…` : word;
