import { always } from './definition.ts';
import type { FunctionDefinition } from './definition.ts';

const operator = (
  name: string,
  description: string,
  multiValues?: FunctionDefinition['multiValues'],
): FunctionDefinition => ({
  name,
  kind: 'operator',
  description,
  signatures: [{ arguments: [], result: always('boolean') }],
  ...(multiValues ? { multiValues } : {}),
});

/**
 * What the checker makes of operators, by the name under which a translation knows them.
 * Their types are checked by check-operator.ts; none can be called by name.
 */
export const OPERATORS: readonly FunctionDefinition[] = [
  operator('+', 'Sum of two numbers of one type.'),
  operator('-', 'Difference of two numbers of one type.'),
  operator('*', 'Product of two numbers of one type.'),
  operator('/', 'Quotient; of whole numbers cut toward zero.'),
  operator('%', 'Remainder with the sign of the dividend.'),
  operator('NEGATE', 'The number with the other sign.'),
  operator('ADD_SPAN', 'A date later by a span of time.'),
  operator('SUBTRACT_SPAN', 'A date earlier by a span of time.'),
  operator('==', 'Equality of two values of one type.'),
  operator('!=', 'Inequality.'),
  operator('<', 'Order: before.'),
  operator('<=', 'Order: before or equal.'),
  operator('>', 'Order: after.'),
  operator('>=', 'Order: after or equal.'),
  operator('AND', 'Both, in three-valued logic.'),
  operator('OR', 'Either, in three-valued logic.'),
  operator('NOT', 'The opposite; null of null.'),
  operator('IN', 'First argument equal to any of the others.'),
  operator('LIKE', 'First argument matches any of the patterns of * and ?.'),
  operator('RLIKE', 'First argument matches any of the regular expressions as a whole.'),
  operator('SINGLE VALUE', 'The value of a row that may have several; null where it has.'),
  operator('SINGLE CONDITION', 'The same of a condition of CASE, which is false there.'),
  operator('SINGLE KEY', 'The same of the key of a join, which matches nothing there.'),
  operator('SINGLE TRUTH', 'The same of a condition, which nobody is told of.'),
  operator('UNLESS SEVERAL', 'The first, unless one of the others has several values.', 'any'),
  operator('EXTRACT', 'What groups of regular expressions catch, for GROK.', 'each'),
  operator('DISSECT', 'What stands between delimiters.', 'each'),
  operator('AS FLOAT', 'A double with the precision of a float.', 'each'),
  operator('AS LIST', 'A value as a list of one.'),
  operator('IS NULL', 'Whether there is no value.'),
  // What searches are made of: of a text its words count, of another field its values; never null.
  operator('SEARCH_WORDS', 'Whether a text holds at least so many of the words.', 'any'),
  operator('SEARCH_PHRASE', 'Whether a text holds the words next to each other and in this order.', 'any'),
  operator('SEARCH_SLOPPY', 'Whether a text holds the words, each moved by at most so many places.', 'any'),
  operator('SEARCH_SOME', 'At least so many of the conditions, of which none is null.'),
  operator('SEARCH_NEAR', 'Whether a word is at most so many edits away.', 'any'),
  operator('SEARCH_LIKE', 'Whether a word matches a pattern of * and ?.', 'any'),
  operator('SEARCH_REGEX', 'Whether a word matches a regular expression of Lucene as a whole.', 'any'),
  operator('SEARCH_VALUE', 'Whether there is this value.', 'any'),
  operator('SEARCH_RANGE', 'Whether there is a value between two, either of which may be null.', 'any'),
];
