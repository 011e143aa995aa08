import type { FieldType } from '#esql/schema.ts';
import { isString } from '#esql/types.ts';
import { ARGUMENT, type FailureText, INVALID, outOfRange } from '../failure.ts';
import { type EmitContext, valueAt } from '../emitter.ts';
import { textToDouble } from '../emitters/conversion.ts';
import { javaDoubleSql } from '../java-double-sql.ts';

const doubleOutOfRange = (context: EmitContext, double: string, target: FieldType): string =>
  outOfRange(context, javaDoubleSql(context, double), target);

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
    const noNumber = `${context.bind(`${INVALID} Cannot parse number [`, 'keyword')} || ${value} || ']'`;
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
