import { characterClass, DIGIT, HEX_LETTER, isUpperCode } from './character-class.ts';

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const DAYS_AND_MONTHS = list('jan feb mar apr may jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun');
const ZONES = list('UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST AM PM am pm');
const UNITS = list(
  'b kb mb gb tb kib mib gib bytes byte ms s sec secs second seconds us ns min mins minute minutes h hrs hour hours ' +
    'day days milliseconds millis % mhz ghz khz',
);
const CONSTANTS = list('true false null none nil');
const CUES = list(
  'user username login host hostname node server client peer for from by file path dir directory device interface ' +
    'iface service process daemon program session id key name named account group domain address addr port queue ' +
    'topic table database db pod container namespace job task package module class app application tag',
);
const EVENTS = list(
  'ok on off up down start stop open close fail failure success error warning enable disable begin end read write ' +
    'send recv get put add remove delete insert update create destroy in out low high yes no to from not is are was ' +
    'as at for with of by',
);

export const isDayOrMonth = (word: string): boolean => DAYS_AND_MONTHS.has(word.toLowerCase());
export const isTimeZone = (word: string): boolean => ZONES.has(word);
export const isUnit = (word: string): boolean => UNITS.has(word.toLowerCase());
export const isConstant = (word: string): boolean => CONSTANTS.has(word.toLowerCase());

/** What follows such a word is usually the name of a thing. */
export const isCue = (word: string): boolean => CUES.has(word.toLowerCase());

/** A word that tells what happened, so that lines which differ in it are different events. */
export const isEvent = (word: string): boolean => {
  if (word.length < 2) return false;
  if (/^[A-Z_]+$/.test(word)) return true;
  const lower = word.toLowerCase();
  return EVENTS.has(lower) || (lower.length > 4 && /(?:ed|ing|tion)$/.test(lower));
};

/** Whether a word is built like an identifier: a separator in it, or a capital after a small letter. */
export const isIdentifier = (word: string): boolean => {
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    const kind = characterClass(code);
    if (kind < HEX_LETTER && kind !== DIGIT) return true;
    if (at === 0 || !isUpperCode(code)) continue;
    const before = word.charCodeAt(at - 1);
    if (before >= 97 && before <= 122) return true;
  }
  return false;
};
