import type { Options } from '../ast.ts';
import { report } from '../check/checking.ts';
import type { ExpressionContext } from '../check/expression-context.ts';
import { didYouMean } from '../suggest.ts';
import { ANALYZER_NAMES, isAnalyzer, type Analyzer } from './analyzers.ts';
import { isMinimumMatch } from './minimum-match.ts';
import { MAX_SLOP, type Nearness, type SearchField } from './search-query.ts';
import { isZone } from '../values/zones.ts';

export interface SearchOptions {
  readonly operator: 'and' | 'or';
  /** A minimum_should_match; undefined if the operator tells how many words must be there. */
  readonly minimum?: string;
  /** Edits that a word may be away; null depends on its length; undefined looks for the word itself. */
  readonly distance?: number | null;
  readonly nearness: Nearness;
  /** By how many places the words of a phrase may be moved. */
  readonly slop: number;
  /** Undefined is the standard one on texts, and none on other fields. */
  readonly analyzer?: Analyzer;
  /** The same of phrases in quotation marks. */
  readonly quoteAnalyzer?: Analyzer;
  readonly ofNoWords?: 'all';
  /** Of several fields, whether one must hold a phrase. */
  readonly isPhrase: boolean;
  readonly allowsLeadingWildcard: boolean;
  readonly analyzesWildcards: boolean;
  /** A field that cannot hold what is looked for does not, instead of being refused. */
  readonly isLenient: boolean;
  readonly defaultField: SearchField | null;
  /** Of dates that name none; null is UTC. */
  readonly timeZone: string | null;
  /** Values of keyword fields in any case. */
  readonly isCaseInsensitive: boolean;
}

export const DEFAULT_OPTIONS: SearchOptions = {
  operator: 'or',
  nearness: { prefix: 0, transposes: true, automatic: [3, 6] },
  slop: 0,
  isPhrase: false,
  allowsLeadingWildcard: true,
  analyzesWildcards: false,
  isLenient: false,
  defaultField: null,
  timeZone: null,
  isCaseInsensitive: false,
};

type Change = Partial<SearchOptions> | undefined;

interface OptionRule {
  readonly read: (value: string, before: SearchOptions) => Change;
  /** What it may be, for a person who types queries. */
  readonly values: string;
}

const NUMBER = /^\d{1,6}(?:\.\d{1,9})?$/;
const WHOLE = /^\d{1,6}$/;

const operator: OptionRule = {
  read: (value) =>
    /^(?:and|or)$/i.test(value) ? { operator: value.toLowerCase() === 'and' ? 'and' : 'or' } : undefined,
  values: '"and" or "or"',
};
const idle = (form: RegExp, values: string): OptionRule => ({
  read: (value) => (form.test(value) ? {} : undefined),
  values: `${values}, which changes nothing`,
});
// Rows are not ranked, so that what changes their score changes nothing.
const boost = idle(NUMBER, 'a number');
// There is no list of words that could be too long.
const expansions = idle(WHOLE, 'a whole number');
const rewrite = idle(
  /^(?:constant_score|constant_score_boolean|constant_score_blended|scoring_boolean)$/,
  'constant_score, constant_score_boolean, constant_score_blended or scoring_boolean',
);
const noSynonyms = idle(/^(?:true|false)$/i, 'true or false');
const minimum: OptionRule = {
  read: (value) => (isMinimumMatch(value) ? { minimum: value } : undefined),
  values: 'a number or a share, e.g. 2, -1, 75% or 2<75%',
};
const fuzziness: OptionRule = {
  read: (value, { nearness }) => {
    const [isAuto, one, two] = /^auto(?::(\d{1,3}),(\d{1,3}))?$/i.exec(value) ?? [];
    if (isAuto === undefined) return /^[012]$/.test(value) ? { distance: Number(value) } : undefined;
    if (one === undefined) return { distance: null };
    const automatic = [Number(one), Number(two)] as const;
    return automatic[0] <= automatic[1] ? { distance: null, nearness: { ...nearness, automatic } } : undefined;
  },
  values: 'AUTO, AUTO:3,6, 0, 1 or 2',
};
const prefix: OptionRule = {
  read: (value, { nearness }) => (WHOLE.test(value) ? { nearness: { ...nearness, prefix: Number(value) } } : undefined),
  values: 'a whole number',
};
const truth = (change: (is: boolean, before: SearchOptions) => Partial<SearchOptions>): OptionRule => ({
  read: (value, before) =>
    /^(?:true|false)$/i.test(value) ? change(value.toLowerCase() === 'true', before) : undefined,
  values: 'true or false',
});
const transpositions = truth((transposes, { nearness }) => ({ nearness: { ...nearness, transposes } }));
const lenient = truth((isLenient) => ({ isLenient }));
const slop: OptionRule = {
  read: (value) => (WHOLE.test(value) && Number(value) <= MAX_SLOP ? { slop: Number(value) } : undefined),
  values: `a whole number up to ${MAX_SLOP}`,
};
const analyzerAs = (change: (analyzer: Analyzer) => Partial<SearchOptions>): OptionRule => ({
  read: (value) => (isAnalyzer(value) ? change(value) : undefined),
  values: ANALYZER_NAMES.join(', '),
});
const analyzer = analyzerAs((name) => ({ analyzer: name }));
const zeroTerms: OptionRule = {
  read: (value) => {
    if (/^all$/i.test(value)) return { ofNoWords: 'all' };
    return /^none$/i.test(value) ? {} : undefined;
  },
  values: 'none or all',
};
const type: OptionRule = {
  read: (value) => (/^(?:best_fields|most_fields|phrase)$/.test(value) ? { isPhrase: value === 'phrase' } : undefined),
  values: 'best_fields, most_fields or phrase',
};
const defaultField: OptionRule = {
  read: (value) => ({ defaultField: value === '*' ? null : value.split('*') }),
  values: 'a field, or a pattern with *',
};
const timeZone: OptionRule = {
  read: (value) => (isZone(value) ? { timeZone: value } : undefined),
  values: 'a zone like Europe/Paris or +02:00, of dates that name none',
};

const MATCH = {
  operator,
  minimum_should_match: minimum,
  fuzziness,
  prefix_length: prefix,
  fuzzy_transpositions: transpositions,
  max_expansions: expansions,
  fuzzy_rewrite: rewrite,
  analyzer,
  zero_terms_query: zeroTerms,
  auto_generate_synonyms_phrase_query: noSynonyms,
  lenient,
  boost,
} as const;

/** Of each search function, by name. */
export const SEARCH_OPTIONS: Readonly<Record<string, Readonly<Record<string, OptionRule>>>> = {
  MATCH,
  MULTI_MATCH: { ...MATCH, type, slop, tie_breaker: idle(NUMBER, 'a number') },
  MATCH_PHRASE: { slop, analyzer, zero_terms_query: zeroTerms, boost },
  KQL: {
    case_insensitive: truth((isCaseInsensitive) => ({ isCaseInsensitive })),
    default_field: defaultField,
    time_zone: timeZone,
    boost,
  },
  QSTR: {
    default_operator: operator,
    default_field: defaultField,
    minimum_should_match: minimum,
    fuzziness,
    fuzzy_prefix_length: prefix,
    fuzzy_transpositions: transpositions,
    fuzzy_max_expansions: expansions,
    phrase_slop: slop,
    analyzer,
    quote_analyzer: analyzerAs((name) => ({ quoteAnalyzer: name })),
    allow_leading_wildcard: truth((allowsLeadingWildcard) => ({ allowsLeadingWildcard })),
    allow_wildcard: truth((analyzesWildcards) => ({ analyzesWildcards })),
    analyze_wildcard: truth((analyzesWildcards) => ({ analyzesWildcards })),
    time_zone: timeZone,
    lenient,
    boost,
    rewrite,
    max_determinized_states: expansions,
    enable_position_increments: noSynonyms,
    auto_generate_synonyms_phrase_query: noSynonyms,
  },
  ':': {},
};

/** The options of a search function; undefined if one is wrong, which is reported. */
export const readOptions = (
  context: ExpressionContext,
  name: string,
  options: Options | undefined,
): SearchOptions | undefined => {
  const rules = SEARCH_OPTIONS[name] ?? {};
  let result = DEFAULT_OPTIONS;
  for (const { key, value } of options?.entries ?? []) {
    const checked = context.check(context, value);
    if (!checked) return undefined;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) {
      const message = `Invalid option [${key}] in [${name}], expected one of [${Object.keys(rules).join(', ')}]${didYouMean(key, Object.keys(rules))}`;
      return report(context.checking, options?.span ?? value.span, message);
    }
    const text = checked.kind === 'literal' ? String(checked.value) : '';
    const change = rule.read(text, result);
    if (!change)
      return report(
        context.checking,
        value.span,
        `Invalid option [${key}] in [${name}]: [${text}] is not supported, expected ${rule.values}`,
      );
    result = { ...result, ...change };
  }
  return result;
};
