import type { TypedCall } from '#esql/plan.ts';
import type { FieldType } from '#esql/schema.ts';
import type { EmitContext } from '../emitters/emitter.ts';

/**
 * SQL of the words in which Elasticsearch says why a call has no value although all its arguments do.
 * `values` is the SQL of its arguments, each of which may be used more than once.
 */
export type FailureText = (values: readonly string[], call: TypedCall, context: EmitContext) => string;

export const ARITHMETIC = 'java.lang.ArithmeticException:';
export const ARGUMENT = 'java.lang.IllegalArgumentException:';
export const INVALID = 'org.elasticsearch.xpack.esql.core.InvalidArgumentException:';

export const says =
  (text: string): FailureText =>
  (_values, _call, context) =>
    context.bind(text, 'keyword');

export const overflowOf = (type: FieldType): string => `${ARITHMETIC} ${type} overflow`;

/** What a double that is none of the finite ones is called. */
export const notFinite = (context: EmitContext, double: string): string =>
  `${context.bind(`${ARITHMETIC} not a finite double number: `, 'keyword')} || ` +
  `CASE WHEN isnan(${double}) THEN 'NaN' WHEN ${double} < 0 THEN '-Infinity' ELSE 'Infinity' END`;

/** `[v] out of [integer] range`. */
export const outOfRange = (context: EmitContext, text: string, type: FieldType): string =>
  `${context.bind(`${INVALID} [`, 'keyword')} || ${text} || ${context.bind(`] out of [${type}] range`, 'keyword')}`;
