import { type Found, type Rule, textAt } from './phrase.ts';
import { readField } from './read-field.ts';
import { readLevel } from './read-filter.ts';
import type { Word } from './read-words.ts';

const IS = new Set(['is', 'are', 'was', 'were', 'equals', 'equal']);
const IS_NOT = new Set(["isn't", "aren't", "wasn't", "weren't"]);
const NAME = /^[a-z_@][\w.@-]*$/iu;
// "service is slow" and "status is what" name no value.
const NO_VALUES = new Set(
  'a an the in on of to for by from with what where which null missing empty down slow up ok there'.split(' '),
);

// "user is blocked" tells of a user, "where user is blocked" of a field.
const OWN = new Set(['status', 'level', 'severity', 'service', 'host', 'status_code']);
const CONDITION_LEADS = new Set(['where', 'with', 'whose', 'and', 'or', 'but']);

/** "status is 200", "status code is not 200", "level isn't info", "region equals eu": a field by what people call it. */
export const readFieldIs: Rule = (words, at, ground) => {
  const name = words[at];
  // A message is hardly ever no more than a word.
  if (name === undefined || name.isQuoted || name.text === 'message' || !NAME.test(name.typed)) return null;
  const code = name.text === 'status' && textAt(words, at + 1) === 'code' ? 1 : 0;
  const said = at + 1 + code;
  const sign = signAt(words, said);
  const value = sign === null ? undefined : words[said + sign.used];
  if (sign === null || value === undefined || NO_VALUES.has(value.text)) return null;
  const used = 1 + code + sign.used + 1;
  // "level is error" is of the levels that "level error" is of.
  const found =
    name.text === 'level' || name.text === 'severity'
      ? readLevel([name, value], 0)
      : readField(
          [{ typed: `${name.typed}=${value.typed}`, text: `${name.text}=${value.text}`, isQuoted: false }],
          0,
          ground,
        );
  if (found === null || isUnknown(found)) return null;
  const isSure = found.isSure && (OWN.has(name.text) || CONDITION_LEADS.has(textAt(words, at - 1)));
  return { ...(sign.isNegated ? negated(found) : found), isSure, used };
};

const isUnknown = ({ means }: Found): boolean => means?.startsWith('no field is called') === true;

const signAt = (words: readonly Word[], at: number): { readonly isNegated: boolean; readonly used: number } | null => {
  if (IS_NOT.has(textAt(words, at))) return { isNegated: true, used: 1 };
  if (!IS.has(textAt(words, at))) return null;
  const isNegated = textAt(words, at + 1) === 'not';
  const used = isNegated ? 2 : 1;
  return textAt(words, at + used) === 'equal' && textAt(words, at + used + 1) === 'to'
    ? { isNegated, used: used + 2 }
    : { isNegated, used };
};

const negated = (found: Found): Found =>
  found.part.kind === 'condition'
    ? { ...found, part: { ...found.part, isNegated: true }, means: `not ${found.means ?? ''}` }
    : found;
