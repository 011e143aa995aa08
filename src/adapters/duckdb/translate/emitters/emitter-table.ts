import type { AggregateEmitter, Emitter } from './emitter.ts';
import { AGGREGATE_EMITTERS } from './aggregates.ts';
import { CONDITIONAL_EMITTERS } from './conditional.ts';
import { CONVERSION_EMITTERS } from './conversion.ts';
import { DATE_EMITTERS } from './dates.ts';
import { EXTRACTION_EMITTERS } from './extraction.ts';
import { GROUPING_EMITTERS } from './grouping.ts';
import { IP_EMITTERS } from './ip.ts';
import { MATHEMATICS_EMITTERS } from './mathematics.ts';
import { MULTI_VALUE_EMITTERS } from './multi-values.ts';
import { OPERATOR_EMITTERS } from './operators.ts';
import { SEARCH_EMITTERS } from './search.ts';
import { STRING_EMITTERS } from './strings.ts';

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
