import type { TypedCall } from '#esql/plan.ts';
import { wordPattern } from '#esql/search/analyze-text.ts';
import type { EmitContext, Emitter } from './emitter.ts';
import { numberArgument, textArgument, valueAt } from './emitter.ts';
import { lucenePattern, wildcardPattern } from '../sql/patterns.ts';
import { apartPattern } from '../sql/apart-pattern.ts';

const WORD = wordPattern(String.raw`[\p{Han}\p{Hiragana}]`);

const isText = (call: TypedCall): boolean => call.arguments[0]?.type === 'text';

const wordsOf = (text: string, context: EmitContext): string =>
  `regexp_extract_all(lower(${text}), ${context.bind(WORD, 'keyword')})`;

/**
 * Dividing a text costs much more than looking whether it holds the letters at all, or whether words
 * plainly stand apart in it. A CASE, because DuckDB computes both sides of an OR.
 */
const ifHolds = (text: string, needed: string, then: string, isSure = 'false'): string => {
  const holds = needed.replaceAll('$text', () => `lower(${text})`);
  return `CASE WHEN ${holds} THEN CASE WHEN ${isSure} THEN true ELSE ${then} END ELSE false END`;
};

const literalsFrom = (call: TypedCall, first: number): readonly string[] =>
  call.arguments.slice(first).map((_, at) => textArgument(call, first + at));

const holding = (words: readonly string[], join: 'AND' | 'OR', context: EmitContext): string =>
  `(${words.map((word) => `contains($text, ${context.bind(word, 'keyword')})`).join(` ${join} `)})`;

// Not regexp_matches, with which DuckDB would leave the condition outside of the scan and read all for the newest 50.
const standsApart = (text: string, words: readonly string[], context: EmitContext): string =>
  `regexp_extract(lower(${text}), ${context.bind(apartPattern(words), 'keyword')}) <> ''`;

const searchWords: Emitter = (values, call, context) => {
  const text = context.once(valueAt(values, 0));
  const words = literalsFrom(call, 2);
  const least = numberArgument(call, 1);
  const list = `[${words.map((word) => context.bind(word, 'keyword')).join(', ')}]`;
  const found = wordsOf(text, context);
  if (least >= words.length) {
    const apart = words.map((word) => standsApart(text, [word], context)).join(' AND ');
    return ifHolds(text, holding(words, 'AND', context), `list_has_all(${found}, ${list})`, apart);
  }
  const needed = holding(words, 'OR', context);
  return least === 1
    ? ifHolds(text, needed, `list_has_any(${found}, ${list})`, standsApart(text, words, context))
    : ifHolds(text, needed, `len(list_intersect(${found}, ${list})) >= ${least}`);
};

const searchPhrase: Emitter = (values, call, context) => {
  const text = context.once(valueAt(values, 0));
  const words = literalsFrom(call, 1);
  const phrase = context.bind(` ${words.join(' ')} `, 'keyword');
  const found = `contains(' ' || array_to_string(${wordsOf(text, context)}, ' ') || ' ', ${phrase})`;
  return ifHolds(text, holding(words, 'AND', context), found);
};

/** Whether the condition is true of a word of a text, or of another field's value. */
const ofAnyMember = (
  values: readonly string[],
  call: TypedCall,
  context: EmitContext,
  isMatch: (member: string) => string,
): string => {
  const value = valueAt(values, 0);
  return isText(call)
    ? `coalesce(len(list_filter(${wordsOf(value, context)}, lambda word: ${isMatch('word')})) > 0, false)`
    : `coalesce(${isMatch(context.once(value))}, false)`;
};

const searchNear: Emitter = (values, call, context) => {
  const word = context.bind(textArgument(call, 1), 'keyword');
  const most = numberArgument(call, 2);
  // What differs more in length cannot be near, and comparing long texts is costly.
  return ofAnyMember(
    values,
    call,
    context,
    (member) =>
      `CASE WHEN abs(length(${member}) - length(${word})) <= ${most} THEN damerau_levenshtein(${member}, ${word}) <= ${most} ELSE false END`,
  );
};

const matching =
  (patternOf: (pattern: string) => string): Emitter =>
  (values, call, context) => {
    const pattern = context.bind(patternOf(textArgument(call, 1)), 'keyword');
    return ofAnyMember(values, call, context, (member) => `TRY(regexp_full_match(${member}, ${pattern}))`);
  };

const searchRange: Emitter = (values, call, context) => {
  const value = context.once(valueAt(values, 0));
  const bounds = textArgument(call, 3);
  const hasBound = (at: number): boolean => {
    const bound = call.arguments[at];
    return bound?.kind !== 'literal' || bound.value !== null;
  };
  const tests = [
    ...(hasBound(1) ? [`${value} ${bounds.startsWith('[') ? '>=' : '>'} ${valueAt(values, 1)}`] : []),
    ...(hasBound(2) ? [`${value} ${bounds.endsWith(']') ? '<=' : '<'} ${valueAt(values, 2)}`] : []),
  ];
  return tests.length === 0 ? `(${value} IS NOT NULL)` : `coalesce(${tests.join(' AND ')}, false)`;
};

export const SEARCH_EMITTERS: Readonly<Record<string, Emitter>> = {
  SEARCH_WORDS: searchWords,
  SEARCH_PHRASE: searchPhrase,
  SEARCH_NEAR: searchNear,
  SEARCH_LIKE: matching(wildcardPattern),
  SEARCH_REGEX: matching(lucenePattern),
  SEARCH_VALUE: (values) => `coalesce(${valueAt(values, 0)} = ${valueAt(values, 1)}, false)`,
  SEARCH_RANGE: searchRange,
};
