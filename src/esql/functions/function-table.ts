import { AGGREGATES } from './aggregates.ts';
import { CONDITIONALS } from './conditional.ts';
import { CONVERSIONS } from './conversion.ts';
import { DATES } from './dates.ts';
import type { FunctionDefinition } from './definition.ts';
import { GROUPINGS } from './grouping.ts';
import { IP_FUNCTIONS } from './ip.ts';
import { MATHEMATICS } from './mathematics.ts';
import { MULTI_VALUE_FUNCTIONS } from './multi-values.ts';
import { OPERATORS } from './operators.ts';
import { SEARCHES } from './search.ts';
import { STRINGS } from './strings.ts';

/** Every function and operator of the language. A new one is an entry in its family and an emitter in each translation. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...OPERATORS,
  ...CONDITIONALS,
  ...CONVERSIONS,
  ...DATES,
  ...MATHEMATICS,
  ...STRINGS,
  ...IP_FUNCTIONS,
  ...MULTI_VALUE_FUNCTIONS,
  ...AGGREGATES,
  ...GROUPINGS,
  ...SEARCHES,
];

const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(
  FUNCTIONS.filter(({ kind }) => kind !== 'operator').flatMap((definition) =>
    [definition.name, ...(definition.aliases ?? [])].map((name) => [name, definition] as const),
  ),
);

/** The function that a query calls by this name (in capitals), operators apart. */
export const functionByName = (name: string): FunctionDefinition | undefined => BY_NAME.get(name);

const CONVERSION_NAMES: ReadonlySet<string> = new Set(CONVERSIONS.map(({ name }) => name));

/** Whether the function makes one type of any other, so that it unites a field of several types. */
export const isConversion = (name: string): boolean => CONVERSION_NAMES.has(name);

const RULES: ReadonlyMap<string, FunctionDefinition['multiValues']> = new Map(
  FUNCTIONS.map(({ name, multiValues }) => [name, multiValues]),
);

/** What becomes of several values in a function's or operator's first argument. */
export const multiValueRule = (name: string): FunctionDefinition['multiValues'] => RULES.get(name);

export const functionNames = (): Iterable<string> => BY_NAME.keys();
