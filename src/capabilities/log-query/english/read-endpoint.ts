import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import type { Schema } from '#esql/schema.ts';
import { findFields } from './find-field.ts';
import { ANSWERED_SPAN, type Found, type Index, type Rule, textAt } from './phrase.ts';

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/u;
const PATH = /^\/[\w\-./:{}*~%]*$/u;
const TEXT = new Set(['about', 'containing', 'contains', 'contain', 'mentioning', 'like', 'saying', 'matching']);
const LEADS = new Set(['on', 'to', 'of', 'for', 'at', 'in', 'from']);

/** "POST /orders", "/orders": in the field of a route or path that "by route" knows, else in the names of server spans. */
export const readEndpoint: Rule = (words, at, { schema }) => {
  const led = LEADS.has(textAt(words, at)) ? 1 : 0;
  const first = words[at + led];
  if (first === undefined || first.isQuoted || TEXT.has(textAt(words, at - 1))) return null;
  const method = METHOD.test(first.typed) ? first.typed : null;
  const path = method === null ? first : words[at + led + 1];
  if (path === undefined || path.isQuoted || !PATH.test(path.typed)) return null;
  const used = led + (method === null ? 1 : 2);
  const [ofLogs, ofSpans] = [inIndex('logs', method, path.typed, schema), inIndex('spans', method, path.typed, schema)];
  const told = ofSpans ?? byName(method, path.typed);
  const found = ofLogs ?? told;
  return {
    part: {
      kind: 'condition',
      about: 'endpoint',
      field: found.field,
      esql: found.esql,
      // Where logs have no such field, only spans can tell.
      ...(ofLogs === null ? { isOfSpans: true } : {}),
      ofSpans: told.esql,
    },
    means: `where ${found.esql}`,
    isSure: true,
    used,
  };
};

interface Told {
  readonly field: string;
  readonly esql: string;
}

/** Null: the index has no field for a route, or none for the method that was said. */
const inIndex = (index: Index, method: string | null, path: string, schema: Schema): Told | null => {
  const [field] = findFields('route', index, schema);
  const [methodField] = method === null ? [] : findFields('method', index, schema);
  if (field === undefined || (method !== null && methodField === undefined)) return null;
  const isMethod =
    method === null || methodField === undefined ? [] : [`${quoteName(methodField)} == ${printString(method)}`];
  return { field, esql: [...isMethod, `${quoteName(field)} == ${printString(path)}`].join(' AND ') };
};

/** A server span is called as its method and route are. */
const byName = (method: string | null, path: string): Told => {
  const name = printString(path);
  const like = printString(`* ${path.replaceAll(/[\\*?]/gu, (sign) => `\\${sign}`)}`);
  const isCalled =
    method === null
      ? `(span.name == ${name} OR span.name LIKE ${like})`
      : `span.name == ${printString(`${method} ${path}`)}`;
  return { field: 'span.name', esql: `${isCalled} AND ${ANSWERED_SPAN}` };
};

/** What is looked for among words is in the text as well. */
export const isEndpoint = ({ part }: Found): boolean => part.kind === 'condition' && part.about === 'endpoint';
