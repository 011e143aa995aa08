import type { FieldType } from '#esql/schema.ts';
import { isString } from '#esql/types.ts';
import { ARGUMENT, type FailureText, INVALID, outOfRange } from './failure.ts';
import { type EmitContext, valueAt } from '../emitters/emitter.ts';
import { textToDouble } from '../emitters/conversion.ts';
import { javaDoubleSql } from '../sql/java-double-sql.ts';

const NUMBER_FORMAT = 'java.lang.NumberFormatException:';

const doubleOutOfRange = (context: EmitContext, double: string, target: FieldType): string =>
  outOfRange(context, javaDoubleSql(context, double), target);

/** Java's own words for a text that is no double. */
const forInput = (context: EmitContext, text: string): string =>
  `CASE WHEN ${text} = '' THEN ${context.bind(`${NUMBER_FORMAT} empty String`, 'keyword')} ` +
  `ELSE ${context.bind(`${NUMBER_FORMAT} For input string: "`, 'keyword')} || ${text} || '"' END`;

const toNumber =
  (target: FieldType): FailureText =>
  (values, call, context) => {
    const value = valueAt(values, 0);
    const from = call.arguments[0]?.type;
    if (from === 'double') return doubleOutOfRange(context, value, target);
    if (from === 'date') return outOfRange(context, `CAST(epoch_ms(${value}) AS VARCHAR)`, target);
    if (from === undefined || from === 'time_duration' || from === 'date_period' || !isString(from))
      return outOfRange(context, `CAST(${value} AS VARCHAR)`, target);
    const number = context.once(textToDouble(context, value));
    const noNumber =
      target === 'double'
        ? forInput(context, value)
        : `${context.bind(`${INVALID} Cannot parse number [`, 'keyword')} || ${value} || ']'`;
    return `CASE WHEN ${number} IS NULL OR NOT isfinite(${number}) THEN ${noNumber} ELSE ${doubleOutOfRange(context, number, target)} END`;
  };

/** A text that is no date of a format. */
export const noDate = (context: EmitContext, text: string, format: string): string =>
  `${context.bind(`${ARGUMENT} failed to parse date field [`, 'keyword')} || ${text} || ${context.bind(`] with format [${format}]`, 'keyword')}`;

const ISO_FORMAT = "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'";

const toDatetime: FailureText = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = call.arguments[0]?.type;
  if (from === 'double') return doubleOutOfRange(context, value, 'long');
  if (from === 'integer' || from === 'long') return outOfRange(context, `CAST(${value} AS VARCHAR)`, 'date');
  return noDate(context, value, ISO_FORMAT);
};

export const CONVERSION_FAILURES: Readonly<Record<string, FailureText>> = {
  TO_INTEGER: toNumber('integer'),
  TO_LONG: toNumber('long'),
  TO_DOUBLE: toNumber('double'),
  TO_DATETIME: toDatetime,
  TO_IP: (values, _call, context) =>
    `${context.bind(`${ARGUMENT} '`, 'keyword')} || ${valueAt(values, 0)} || ${context.bind("' is not an IP string literal.", 'keyword')}`,
};
