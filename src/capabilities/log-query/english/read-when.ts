import { MEANINGS } from './choose-shape.ts';
import { type Rule, textAt } from './phrase.ts';

const DID = new Set(['did', 'was', 'were', 'has', 'have']);
const ORDERED = new Set(['first', 'last', 'latest', 'newest', 'oldest', 'earliest']);
const BEGIN = new Set(['start', 'started', 'begin', 'began', 'starting', 'beginning']);

/** "when was the last error", "when did the errors start": rows tell their time, and the first of them the start. */
export const readWhen: Rule = (words, at) => {
  const said = textAt(words, at);
  if (
    said === 'when' &&
    DID.has(textAt(words, at + 1)) &&
    words.some(({ text }) => ORDERED.has(text) || BEGIN.has(text))
  )
    return { part: { kind: 'noise' }, means: 'each row tells its time', isSure: true, used: 2 };
  const isAsked = words.slice(0, at).some((word, place) => word.text === 'when' && DID.has(textAt(words, place + 1)));
  if (!isAsked || !BEGIN.has(said)) return null;
  return { part: { kind: 'order', by: 'oldest' }, means: MEANINGS.oldest, isSure: true, used: 1 };
};
