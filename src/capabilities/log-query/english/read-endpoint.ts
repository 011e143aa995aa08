import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import type { Schema } from '#esql/schema.ts';
import { findFields, isRouteField } from './find-field.ts';
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
    means: ofLogs === null ? `where ${found.esql}` : `route ${method === null ? '' : `${method} `}${path.typed}`,
    isSure: true,
    used,
  };
};

interface Told {
  readonly field: string;
  readonly esql: string;
}

/** Null: the index has no field for a route, or none that tells the method that was said. */
const inIndex = (index: Index, method: string | null, path: string, schema: Schema): Told | null => {
  const [field] = findFields('route', index, schema);
  if (field === undefined) return null;
  const name = quoteName(field);
  const isPath = `${name} == ${printString(path)}`;
  const hasMethods = isRouteField(field);
  if (method === null) return { field, esql: hasMethods ? `(${isPath} OR ${name} LIKE ${anyMethod(path)})` : isPath };
  const [methodField] = findFields('method', index, schema);
  const isBoth = methodField === undefined ? null : `${quoteName(methodField)} == ${printString(method)} AND ${isPath}`;
  const isWritten = hasMethods ? `${name} == ${printString(`${method} ${path}`)}` : null;
  // Where spans do not tell the method, their names do; a route of logs without one may be of any.
  if (isBoth === null)
    return isWritten === null || index === 'spans' ? null : { field, esql: `(${isWritten} OR ${isPath})` };
  return { field, esql: isWritten === null ? isBoth : `(${isWritten} OR ${isBoth})` };
};

const anyMethod = (path: string): string => printString(`* ${path.replaceAll(/[\\*?]/gu, (sign) => `\\${sign}`)}`);

/** A server span is called as its method and route are. */
const byName = (method: string | null, path: string): Told => {
  const name = printString(path);
  const isCalled =
    method === null
      ? `(span.name == ${name} OR span.name LIKE ${anyMethod(path)})`
      : `span.name == ${printString(`${method} ${path}`)}`;
  return { field: 'span.name', esql: `${isCalled} AND ${ANSWERED_SPAN}` };
};

/** What is looked for among words is in the text as well. */
export const isEndpoint = ({ part }: Found): boolean => part.kind === 'condition' && part.about === 'endpoint';
