import type { Options } from '../ast.ts';
import { report } from '../check/checking.ts';
import type { ExpressionContext } from '../check/expression-context.ts';
import { didYouMean } from '../suggest.ts';
import type { SearchField } from './search-query.ts';

export interface SearchOptions {
  readonly operator: 'and' | 'or';
  /** How many words must be there; undefined if the operator tells it. */
  readonly least?: number;
  /** Edits that a word may be away; null depends on its length; undefined looks for the word itself. */
  readonly distance?: number | null;
  readonly isLenient: boolean;
  readonly defaultField: SearchField | null;
}

const DEFAULTS: SearchOptions = { operator: 'or', isLenient: false, defaultField: null };

type Change = Partial<SearchOptions> | undefined;

interface OptionRule {
  readonly read: (value: string) => Change;
  /** What it may be, for a person who types queries. */
  readonly values: string;
}

const operator: OptionRule = {
  read: (value) =>
    /^(?:and|or)$/i.test(value) ? { operator: value.toLowerCase() === 'and' ? 'and' : 'or' } : undefined,
  values: 'and or or',
};
// Rows are not ranked, so that what changes their score changes nothing.
const boost: OptionRule = { read: () => ({}), values: 'a number, which changes nothing' };
const least: OptionRule = {
  read: (value) => (/^[1-9]\d{0,3}$/.test(value) ? { least: Number(value) } : undefined),
  values: 'a whole number from 1',
};
const fuzziness: OptionRule = {
  read: (value) => {
    if (/^auto$/i.test(value)) return { distance: null };
    return /^[012]$/.test(value) ? { distance: Number(value) } : undefined;
  },
  values: 'AUTO, 0, 1 or 2',
};
const lenient: OptionRule = {
  read: (value) => (/^(?:true|false)$/.test(value) ? { isLenient: value === 'true' } : undefined),
  values: 'true or false',
};
const only = (one: string): OptionRule => ({ read: (value) => (value === one ? {} : undefined), values: one });

/** Of each search function, by name. */
export const SEARCH_OPTIONS: Readonly<Record<string, Readonly<Record<string, OptionRule>>>> = {
  MATCH: { operator, minimum_should_match: least, fuzziness, lenient, boost },
  MULTI_MATCH: { operator, fuzziness, lenient, boost, type: only('best_fields') },
  MATCH_PHRASE: { boost, slop: only('0') },
  KQL: { boost },
  QSTR: {
    default_operator: operator,
    default_field: {
      read: (value) => ({ defaultField: value === '*' ? null : value.split('*') }),
      values: 'a field, or a pattern with *',
    },
    boost,
    lenient,
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
  let result = DEFAULTS;
  for (const { key, value } of options?.entries ?? []) {
    const checked = context.check(context, value);
    if (!checked) return undefined;
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (!rule) {
      const message = `Invalid option [${key}] in [${name}], expected one of [${Object.keys(rules).join(', ')}]${didYouMean(key, Object.keys(rules))}`;
      return report(context.checking, options?.span ?? value.span, message);
    }
    const text = checked.kind === 'literal' ? String(checked.value) : '';
    const change = rule.read(text);
    if (!change)
      return report(context.checking, value.span, `Invalid option [${key}] in [${name}]: [${text}] is not supported`);
    result = { ...result, ...change };
  }
  return result;
};
