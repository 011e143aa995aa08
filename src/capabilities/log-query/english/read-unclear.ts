import { type Found, type Ground, type Part, type Rule, textAt } from './phrase.ts';
import { readPoint } from './read-point.ts';
import { namesAt, ofServices } from './read-service.ts';
import type { Word } from './read-words.ts';

const TIME_LEADS = new Set(['since', 'until', 'till', 'during', 'between', 'after', 'before', 'around']);
const ARTICLES = new Set('the a an last latest previous our my this that its their'.split(' '));
const EVENTS =
  /^(?:re)?(?:deploy(?:ment|s|ed)?|release[sd]?|rollouts?|rollback|restart(?:s|ed)?|reboot|upgrade|update|migration|incident|outage|merge|push|launch|change)$/u;
// After these only a time can follow; "after login" may be text.
const ONLY_TIMES = new Set(['since', 'until', 'till', 'during', 'between']);
const UNITS = /^(?:minute|hour|week|weekend|month|quarter|year)$/u;
const RECENT = new Set(['last', 'past', 'previous']);

const unclear = (means: string | null, used: number): Found => ({
  part: { kind: 'noise' },
  means,
  isSure: false,
  used,
});

/**
 * What is meant for a time and is none that is known: "since the deploy", "since launch day", "last weekend". As words
 * to look for it would find what nobody asked for. Tried after all that is understood.
 */
export const readUnclearTime: Rule = (words, at, ground) => {
  const lead = textAt(words, at);
  if (RECENT.has(lead)) return wordAt(words, at + 1) ? unclear(NO_TIME, 2) : null;
  if (lead === 'this' || lead === 'next') return UNITS.test(textAt(words, at + 1)) ? unclear(NO_TIME, 2) : null;
  if (!TIME_LEADS.has(lead)) return null;
  let end = at + 1;
  while (ARTICLES.has(textAt(words, end))) end += 1;
  if (EVENTS.test(textAt(words, end))) return unclear(NO_EVENT, end + 1 - at);
  const service = namesAt(words, end, ground);
  if (service !== null && EVENTS.test(textAt(words, end + service.used))) {
    const found = ofServices(service.names, end + service.used + 1 - at);
    const part: Part = found.part.kind === 'condition' ? { ...found.part, areErrorsInstead: true } : found.part;
    return { ...found, part, means: `${found.means ?? ''}; ${NO_EVENT}`, isSure: false };
  }
  if (DAY_OR_CLOCK.test(textAt(words, end)))
    return unclear('a day or a clock? Write it as 2026-11-20 or 20:11', end + 1 - at);
  return ONLY_TIMES.has(lead) && wordAt(words, end) ? unclear(NO_TIME, end + 1 - at) : null;
};

const NO_EVENT = 'Sentinel knows of no such event: name a time, as in “since 14:00”';
const NO_TIME = 'not understood as a time: write “since 14:00” or “last 2h”';
const DAY_OR_CLOCK = /^\d{1,2}[./]\d{1,2}$/u;

const wordAt = (words: readonly Word[], at: number): boolean => words[at]?.isQuoted === false;

/** "what's new in payment": nothing of the lines tells what was there before. */
export const readWhatIsNew: Rule = (words, at) => {
  if (!/^what(?:s|'s)?$/u.test(textAt(words, at))) return null;
  const is = textAt(words, at + 1) === 'is' ? 1 : 0;
  if (textAt(words, at + 1 + is) !== 'new') return null;
  return unclear('what is new is told by /sentinel patterns of a service; here is the newest', 2 + is);
};

const COMPARING = new Set(['vs', 'versus', 'compare', 'compared', 'relative']);
const COMPARATIVE = /^(?:more|less|fewer|higher|lower|slower|faster|worse|better|bigger|longer)$/u;
const NO_COMPARISON = 'two things are not compared in one question';

/** What one can be slower than, and no bound: another time or another service. */
const isOther = (words: readonly Word[], at: number, ground: Ground): boolean =>
  /^(?:usual|normal|normally|before|baseline|average|last|previous|an|this|earlier|other|others|it|in|at|on)$/u.test(
    textAt(words, at),
  ) ||
  readPoint(words, at, ground) !== null ||
  namesAt(words, at, ground) !== null;

/** "yesterday vs today", "slower than usual", "than yesterday": but for a bound, which is read before. */
export const readComparison: Rule = (words, at, ground) => {
  const said = textAt(words, at);
  const lead = COMPARATIVE.test(said) ? 1 : 0;
  if (textAt(words, at + lead) === 'than' && isOther(words, at + lead + 1, ground))
    return unclear(NO_COMPARISON, lead + 1);
  if (!COMPARING.has(said)) return null;
  return unclear(NO_COMPARISON, ['with', 'to'].includes(textAt(words, at + 1)) ? 2 : 1);
};
