import { AGGREGATES } from './aggregates.ts';
import { CONDITIONALS } from './conditional.ts';
import { CONVERSIONS } from './conversion.ts';
import { DATES } from './dates.ts';
import type { FunctionDefinition } from './definition.ts';
import { GROUPINGS } from './grouping.ts';
import { IP_FUNCTIONS } from './ip.ts';
import { MATHEMATICS } from './mathematics.ts';
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
  ...AGGREGATES,
  ...GROUPINGS,
  ...SEARCHES,
];

const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(
  FUNCTIONS.filter(({ kind }) => kind !== 'operator').flatMap((definition) =>
    [definition.name, ...(definition.aliases ?? [])].map((name) => [name, definition] as const),
  ),
);

// Functions of ES|QL that are known and not here yet, so that they are refused by name.
const LATER = new Set(
  (
    'TERM SCORE KNN DECAY TBUCKET SPLIT VALUES TOP SAMPLE ' +
    'RATE MV_APPEND MV_AVG MV_CONCAT MV_CONTAINS MV_COUNT MV_DEDUPE ' +
    'MV_FIRST MV_LAST MV_MAX MV_MEDIAN MV_MEDIAN_ABSOLUTE_DEVIATION MV_MIN MV_PERCENTILE MV_PSERIES_WEIGHTED_SUM ' +
    'MV_SLICE MV_SORT MV_SUM MV_ZIP TO_VERSION TO_UNSIGNED_LONG TO_DATE_NANOS ' +
    'TO_GEOPOINT TO_GEOSHAPE ' +
    'EXPM1 CHUNK'
  ).split(' '),
);

/** The function that a query calls by this name (in capitals), operators apart. */
export const functionByName = (name: string): FunctionDefinition | undefined => BY_NAME.get(name);

export const isLaterFunction = (name: string): boolean => LATER.has(name);

export const functionNames = (): Iterable<string> => BY_NAME.keys();
