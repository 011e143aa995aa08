import { printString } from '#esql/print/print-expression.ts';
import { quoteName } from '#esql/print/quote-name.ts';
import type { Schema } from '#esql/schema.ts';
import { findName } from '#kernel/find-name.ts';
import { findFields, nearFields } from './find-field.ts';
import { condition, type Found, type Rule, textAt, type Topic, typeOfField } from './phrase.ts';
import { readLevel, readMisspeltLevel, readStatus, statusOf } from './read-filter.ts';
import { ofServices } from './read-service.ts';
import { textCondition } from './read-text.ts';
import type { Word } from './read-words.ts';

const COMPARISON = /^([a-z_@][\w.@-]*?)(==|=|!=|>=|<=|>|<|:)(.+)$/iu;
const EQUALS = new Set(['=', '==', ':']);
const INDEX_NAMES = ['logs', 'spans', 'metrics'] as const;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/u;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d)(?:T\d{2}:\d{2}:\d{2}Z)?$/u;
const ANY = /./u;
const NUMBER_TYPES = new Set(['integer', 'long', 'double']);

// Two of these are alternatives, however they are said.
const TOPICS: Readonly<Record<string, Topic>> = { level: 'level', 'host.name': 'host', 'trace.id': 'trace' };

/** "status != 200" as if it were written together; null: no comparison stands there. */
const spacedComparison = (words: readonly Word[], at: number): string | null => {
  const [name, sign, value] = [words[at], words[at + 1], words[at + 2]];
  if (name?.isQuoted !== false || value === undefined || !SIGN.test(textAt(words, at + 1))) return null;
  return `${name.typed}${sign?.typed ?? ''}${value.typed}`;
};

const SIGN = /^(?:==|=|!=|>=|<=|>|<)$/u;

/** "status_code=503", "attributes.region:eu", "duration_ms>500": a field that telemetry has. */
export const readField: Rule = (words, at, ground) => {
  const { schema, services } = ground;
  const spaced = spacedComparison(words, at);
  const match = COMPARISON.exec(spaced ?? (words[at]?.isQuoted === false ? words[at].typed : ''));
  // The address of something is no field.
  if (!match || match[3]?.startsWith('//') === true) return null;
  const used = spaced === null ? 1 : 3;
  const [, said = '', sign = '', value = ''] = match;
  // "status" is a span's outcome, but "status=500" is what a request was answered with.
  const wanted = said.toLowerCase() === 'status' && /^\d/u.test(value) ? 'status_code' : said;
  const [name, ...others] =
    INDEX_NAMES.map((index) => findFields(wanted, index, schema)).find(({ length }) => length > 0) ?? [];
  if (name === undefined) return spaced === null ? unknownField(said, schema) : null;
  if (others.length > 0) return { ...ambiguousField(said, [name, ...others]), used };
  if (name === 'service.name' && services.length > 0 && (EQUALS.has(sign) || sign === '!=')) {
    const service = findName(value, services).name;
    if (service === null) return { ...NOTHING, used, means: `no service is called ${value}` };
    return sign === '!=' ? negated(ofServices([service], used)) : ofServices([service], used);
  }
  // "status:5xx"
  if (name === 'status_code' && EQUALS.has(sign)) {
    const found =
      readStatus([{ typed: value, text: value.toLowerCase(), isQuoted: false }], 0, ground) ?? statusOf(value);
    return found === null ? null : { ...found, used };
  }
  const misspelt = name === 'level' && EQUALS.has(sign) ? readMisspeltLevel(value.toLowerCase(), used) : null;
  if (misspelt !== null) return misspelt;
  if (name === 'level' && ORDERED.has(sign)) return { ...levelFrom(sign, value), used };
  // A message is hardly ever no more than a word.
  if (name === 'message' && EQUALS.has(sign)) return { ...textIs(value), used };
  const type = typeOfField(schema, name) ?? '';
  const operator = sign === '=' || sign === ':' ? '==' : sign;
  const isNumber = NUMBER_TYPES.has(type);
  const form = isNumber ? NUMBER : type === 'date' ? DATE : ANY;
  if (!form.test(value)) {
    return spaced === null
      ? { ...NOTHING, means: `${name} is a ${isNumber ? 'number' : 'date'}, as ${value} is not` }
      : null;
  }
  const literal = isNumber ? value : type === 'boolean' ? String(value === 'true') : printString(value);
  const esql = `${quoteName(name)} ${operator} ${literal}`;
  return {
    part: { kind: 'condition', about: EQUALS.has(sign) ? (TOPICS[name] ?? 'field') : 'field', field: name, esql },
    means: `${name} ${operator} ${value}`,
    isSure: true,
    used,
  };
};

const textIs = (value: string): Found => {
  const quoted = { typed: value, text: value.toLowerCase(), isQuoted: true };
  return condition('text', textCondition([quoted], 'message'), `in the text: “${value}”`, 1);
};

const ORDERED = new Set(['>=', '>', '<=', '<']);

/** Levels are in no order but that of their names. */
const levelFrom = (sign: string, value: string): Found => {
  const words = [value, 'and', 'above'].map((text) => ({ typed: text, text: text.toLowerCase(), isQuoted: false }));
  const found = sign === '>=' ? readLevel(words, 0) : null;
  return found ?? { ...NOTHING, means: 'of levels write “warnings and above”' };
};

const NOTHING = { part: { kind: 'noise' }, isSure: false, used: 1 } as const;

const negated = (found: Found): Found =>
  found.part.kind === 'condition'
    ? { ...found, part: { ...found.part, isNegated: true }, means: `not ${found.means ?? ''}` }
    : found;

const unknownField = (name: string, schema: Schema): Found => {
  const near = nearFields(name, schema);
  return { ...NOTHING, means: `no field is called ${name}${near.length === 0 ? '' : `; there is ${near.join(', ')}`}` };
};

const ambiguousField = (said: string, fields: readonly string[]): Found => ({
  ...NOTHING,
  means: `${said} may be ${fields.slice(0, 3).join(' or ')}`,
});
