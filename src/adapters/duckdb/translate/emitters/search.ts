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

/**
 * Lucene's slop: of the places where the words stand, each less its own in the phrase, none is further from
 * the first than that. A word that is asked for twice needs two places, in every run of its occurrences.
 */
const searchSloppy: Emitter = (values, call, context) => {
  const text = context.once(valueAt(values, 0));
  const [slop, words] = [numberArgument(call, 1), literalsFrom(call, 2)];
  const found = context.once(ifHolds(text, holding(words, 'AND', context), 'true'));
  const list = context.once(`CASE WHEN ${found} THEN ${wordsOf(text, context)} ELSE [] END`);
  const runs = words.flatMap((word, first) =>
    words.flatMap((other, last): readonly string[] => {
      if (other !== word || last < first) return [];
      const needed = words.slice(first, last + 1).filter((each) => each === word).length;
      const window = `${list}[greatest(start + ${first}, 1):greatest(start + ${last + slop}, 0)]`;
      return [`len(list_filter(${window}, lambda word: word = ${context.bind(word, 'keyword')})) >= ${needed}`];
    }),
  );
  const starts = `range(${1 - words.length - slop}, len(${list}) + 1)`;
  return `coalesce(len(list_filter(${starts}, lambda start: ${runs.join(' AND ')})) > 0, false)`;
};

const searchSome: Emitter = (values, call) => {
  const counted = values.slice(1).map((condition) => `(CASE WHEN ${condition} THEN 1 ELSE 0 END)`);
  return `(${counted.join(' + ')} >= ${numberArgument(call, 0)})`;
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
  const prefix = context.bind([...textArgument(call, 1)].slice(0, numberArgument(call, 3)).join(''), 'keyword');
  const transposes = call.arguments[4];
  const edits = transposes?.kind === 'literal' && transposes.value === false ? 'levenshtein' : 'damerau_levenshtein';
  // What differs more in length cannot be near, and comparing long texts is costly.
  return ofAnyMember(
    values,
    call,
    context,
    (member) =>
      `CASE WHEN abs(length(${member}) - length(${word})) <= ${most} AND starts_with(${member}, ${prefix}) THEN ${edits}(${member}, ${word}) <= ${most} ELSE false END`,
  );
};

const matching =
  (patternOf: (pattern: string) => string): Emitter =>
  (values, call, context) => {
    const pattern = context.bind(patternOf(textArgument(call, 1)), 'keyword');
    const flags = call.arguments.length > 2 ? ", 'i'" : '';
    return ofAnyMember(values, call, context, (member) => `TRY(regexp_full_match(${member}, ${pattern}${flags}))`);
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
  SEARCH_SLOPPY: searchSloppy,
  SEARCH_SOME: searchSome,
  SEARCH_NEAR: searchNear,
  SEARCH_LIKE: matching(wildcardPattern),
  SEARCH_REGEX: matching(lucenePattern),
  SEARCH_VALUE: (values) => `coalesce(${valueAt(values, 0)} = ${valueAt(values, 1)}, false)`,
  SEARCH_RANGE: searchRange,
};
