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
type Reader = (value: string) => Change;

const operator: Reader = (value) =>
  /^(?:and|or)$/i.test(value) ? { operator: value.toLowerCase() === 'and' ? 'and' : 'or' } : undefined;
const nothing: Reader = () => ({});

const least: Reader = (value) => (/^[1-9]\d{0,3}$/.test(value) ? { least: Number(value) } : undefined);
const fuzziness: Reader = (value) => {
  if (/^auto$/i.test(value)) return { distance: null };
  return /^[012]$/.test(value) ? { distance: Number(value) } : undefined;
};
const lenient: Reader = (value) => (/^(?:true|false)$/.test(value) ? { isLenient: value === 'true' } : undefined);

// Rows are not ranked, so that what changes their score changes nothing.
const READERS: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  MATCH: { operator, minimum_should_match: least, fuzziness, lenient, boost: nothing },
  MULTI_MATCH: {
    operator,
    fuzziness,
    lenient,
    boost: nothing,
    type: (value) => (value === 'best_fields' ? {} : undefined),
  },
  MATCH_PHRASE: { boost: nothing, slop: (value) => (value === '0' ? {} : undefined) },
  KQL: { boost: nothing },
  QSTR: {
    default_operator: operator,
    default_field: (value) => ({ defaultField: value === '*' ? null : value.split('*') }),
    boost: nothing,
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
  const readers = READERS[name] ?? {};
  let result = DEFAULTS;
  for (const { key, value } of options?.entries ?? []) {
    const checked = context.check(context, value);
    if (!checked) return undefined;
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    if (!reader) {
      const message = `Invalid option [${key}] in [${name}], expected one of [${Object.keys(readers).join(', ')}]${didYouMean(key, Object.keys(readers))}`;
      return report(context.checking, options?.span ?? value.span, message);
    }
    const text = checked.kind === 'literal' ? String(checked.value) : '';
    const change = reader(text);
    if (!change)
      return report(context.checking, value.span, `Invalid option [${key}] in [${name}]: [${text}] is not supported`);
    result = { ...result, ...change };
  }
  return result;
};
