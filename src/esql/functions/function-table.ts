import { AGGREGATES } from './aggregates.ts';
import { CONDITIONALS } from './conditional.ts';
import { CONVERSIONS } from './conversion.ts';
import { DATES } from './dates.ts';
import type { FunctionDefinition } from './definition.ts';
import { GROUPINGS } from './grouping.ts';
import { MATHEMATICS } from './mathematics.ts';
import { OPERATORS } from './operators.ts';
import { STRINGS } from './strings.ts';

/** Every function and operator of the language. A new one is an entry in its family and an emitter in each translation. */
export const FUNCTIONS: readonly FunctionDefinition[] = [
  ...OPERATORS,
  ...CONDITIONALS,
  ...CONVERSIONS,
  ...DATES,
  ...MATHEMATICS,
  ...STRINGS,
  ...AGGREGATES,
  ...GROUPINGS,
];

const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(
  FUNCTIONS.filter(({ kind }) => kind !== 'operator').flatMap((definition) =>
    [definition.name, ...(definition.aliases ?? [])].map((name) => [name, definition] as const),
  ),
);

// Functions of ES|QL that are known and not here yet, so that they are refused by name.
const LATER = new Set(
  (
    'MATCH MATCH_PHRASE MULTI_MATCH KQL QSTR TERM SCORE KNN DECAY TBUCKET SPLIT CIDR_MATCH IP_PREFIX VALUES TOP SAMPLE ' +
    'WEIGHTED_AVG VARIANCE FIRST LAST RATE ABSENT PRESENT MV_APPEND MV_AVG MV_CONCAT MV_CONTAINS MV_COUNT MV_DEDUPE ' +
    'MV_FIRST MV_LAST MV_MAX MV_MEDIAN MV_MEDIAN_ABSOLUTE_DEVIATION MV_MIN MV_PERCENTILE MV_PSERIES_WEIGHTED_SUM ' +
    'MV_SLICE MV_SORT MV_SUM MV_ZIP TO_IP TO_VERSION TO_UNSIGNED_LONG TO_DATE_NANOS TO_DATEPERIOD TO_TIMEDURATION ' +
    'TO_GEOPOINT TO_GEOSHAPE URL_ENCODE URL_DECODE URL_ENCODE_COMPONENT DAY_NAME MONTH_NAME COPY_SIGN SCALB ' +
    'ROUND_TO EXPM1 CHUNK'
  ).split(' '),
);

/** The function that a query calls by this name (in capitals), operators apart. */
export const functionByName = (name: string): FunctionDefinition | undefined => BY_NAME.get(name);

export const isLaterFunction = (name: string): boolean => LATER.has(name);

export const functionNames = (): Iterable<string> => BY_NAME.keys();
