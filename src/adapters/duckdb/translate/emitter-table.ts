import type { AggregateEmitter, Emitter } from './emitter.ts';
import { AGGREGATE_EMITTERS } from './emitters/aggregates.ts';
import { CONDITIONAL_EMITTERS } from './emitters/conditional.ts';
import { CONVERSION_EMITTERS } from './emitters/conversion.ts';
import { DATE_EMITTERS } from './emitters/dates.ts';
import { EXTRACTION_EMITTERS } from './emitters/extraction.ts';
import { GROUPING_EMITTERS } from './emitters/grouping.ts';
import { IP_EMITTERS } from './emitters/ip.ts';
import { MATHEMATICS_EMITTERS } from './emitters/mathematics.ts';
import { MULTI_VALUE_EMITTERS } from './emitters/multi-values.ts';
import { OPERATOR_EMITTERS } from './emitters/operators.ts';
import { SEARCH_EMITTERS } from './emitters/search.ts';
import { STRING_EMITTERS } from './emitters/strings.ts';

/** The SQL of each function, operator and grouping of the language's table. */
export const EMITTERS: ReadonlyMap<string, Emitter> = new Map(
  [
    OPERATOR_EMITTERS,
    CONDITIONAL_EMITTERS,
    CONVERSION_EMITTERS,
    DATE_EMITTERS,
    MATHEMATICS_EMITTERS,
    STRING_EMITTERS,
    IP_EMITTERS,
    SEARCH_EMITTERS,
    MULTI_VALUE_EMITTERS,
    EXTRACTION_EMITTERS,
    GROUPING_EMITTERS,
  ].flatMap((family) => Object.entries(family)),
);

export const AGGREGATES: ReadonlyMap<string, AggregateEmitter> = new Map(Object.entries(AGGREGATE_EMITTERS));
