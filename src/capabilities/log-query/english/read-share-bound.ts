import { type Rule, textAt } from './phrase.ts';

const ABOVE = new Set(['over', 'above', '>', '>=', 'exceeding']);
const SHARES = new Set(['rate', 'ratio', 'percentage', 'share', 'fraction', 'availability']);
const BELOW = new Set(['under', 'below', '<', '<=']);
const PAIRS: Readonly<Record<string, string>> = {
  'more than': '>',
  'higher than': '>',
  'less than': '<',
  'lower than': '<',
};

/** "error rate over 5%", "success rate below 99.5 percent": of the share that was computed. */
export const readShareBound: Rule = (words, at) => {
  const said = textAt(words, at);
  const pair = `${said} ${textAt(words, at + 1)}`;
  const two = Object.hasOwn(PAIRS, pair) ? PAIRS[pair] : undefined;
  const sign = two ?? (ABOVE.has(said) ? '>' : BELOW.has(said) ? '<' : undefined);
  const place = at + (two === undefined ? 1 : 2);
  const [, number, glued] = /^(\d{1,3}(?:\.\d{1,4})?)(%?)$/u.exec(textAt(words, place)) ?? [];
  const spelt = /^(?:%|percent|pct)$/u.test(textAt(words, place + 1)) ? 1 : 0;
  if (!words.some(({ text }) => SHARES.has(text))) return null;
  if (sign === undefined || number === undefined || (glued === '' && spelt === 0)) return null;
  const esql = `percent ${sign} ${number}`;
  return { part: { kind: 'having', esql }, means: `only where ${esql}`, isSure: true, used: place + 1 + spelt - at };
};
