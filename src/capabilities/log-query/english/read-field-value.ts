import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import { findFields } from './find-field.ts';
import { type Found, type Rule, textAt, typeOfField } from './phrase.ts';

// Whose every one has a name or number of its own.
const NOUNS = new Set('user customer account tenant session order request cart device region version'.split(' '));
const LEADS = new Set(['for', 'of', 'by', 'from', 'with', 'in']);
const VALUE = /^(?=.*\d)[\w@.:-]+$/u;
const TIME_OR_CODE = /^(?:[1-5](?:xx|00s)|\d+(?:ms|s|m|h|d|min|sec)|\d{1,2}:\d{2}.*)$/u;

/** "user 42", "user id u-8812", "for customer c-77": a field that lines bring along, and the value that it has. */
export const readFieldValue: Rule = (words, at, ground) =>
  readMethod(words, at, ground) ?? readNamedValue(words, at, ground);

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/u;

/** "POST requests", where lines tell the method. */
const readMethod: Rule = (words, at, { schema }) => {
  const method = words[at];
  if (method?.isQuoted !== false || !METHOD.test(method.typed)) return null;
  const [field, ...others] = findFields('method', 'logs', schema);
  return field === undefined || others.length > 0 ? null : fieldIs(field, method.typed, 1);
};

const fieldIs = (field: string, value: string, used: number): Found => ({
  part: { kind: 'condition', about: 'field', field, esql: `${quoteName(field)} == ${printString(value)}` },
  means: `${field} == ${value}`,
  isSure: true,
  used,
});

const readNamedValue: Rule = (words, at, { schema }) => {
  const led = LEADS.has(textAt(words, at)) ? 1 : 0;
  const noun = textAt(words, at + led);
  const isId = textAt(words, at + led + 1) === 'id';
  const place = at + led + (isId ? 2 : 1);
  const value = words[place];
  if (!NOUNS.has(noun) || value?.isQuoted !== false || !VALUE.test(value.typed) || TIME_OR_CODE.test(value.text))
    return null;
  const [field, ...others] = findFields(isId ? `${noun}.id` : noun, 'logs', schema);
  if (field === undefined || others.length > 0 || typeOfField(schema, field) !== 'keyword') return null;
  return fieldIs(field, value.typed, place + 1 - at);
};
