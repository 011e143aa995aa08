import type { FailureText } from './failure.ts';
import { CONVERSION_FAILURES } from './conversion.ts';
import { DATE_FAILURES } from './dates.ts';
import { IP_FAILURES } from './ip.ts';
import { MATHEMATICS_FAILURES } from './mathematics.ts';
import { MULTI_VALUE_FAILURES } from './multi-values.ts';
import { OPERATOR_FAILURES } from './operators.ts';
import { STRING_FAILURES } from './strings.ts';

/** Functions and operators that can fail on a row whose arguments are all there; the others never do. */
export const FAILURES: ReadonlyMap<string, FailureText> = new Map(
  [
    OPERATOR_FAILURES,
    CONVERSION_FAILURES,
    DATE_FAILURES,
    MATHEMATICS_FAILURES,
    STRING_FAILURES,
    IP_FAILURES,
    MULTI_VALUE_FAILURES,
  ].flatMap((family) => Object.entries(family)),
);
