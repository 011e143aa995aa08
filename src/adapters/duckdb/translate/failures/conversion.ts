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

/** What java.math.BigDecimal says of a text that is no number. */
const forDecimal = (context: EmitContext, text: string): string => {
  const character = context.once(`regexp_extract(${text}, '[^0-9.eE+-]')`);
  const mark = context.bind(
    ' is neither a decimal digit number, decimal point, nor "e" notation exponential mark.',
    'keyword',
  );
  return `CASE WHEN ${character} = '' THEN ${context.bind(`${NUMBER_FORMAT} null`, 'keyword')} ELSE ${context.bind(`${NUMBER_FORMAT} Character `, 'keyword')} || ${character} || ${mark} END`;
};

const toUnsigned: FailureText = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = call.arguments[0]?.type;
  if (from === 'double') return doubleOutOfRange(context, value, 'unsigned_long');
  if (from === 'date') return outOfRange(context, `CAST(epoch_ms(${value}) AS VARCHAR)`, 'unsigned_long');
  if (from === undefined || from === 'time_duration' || from === 'date_period' || !isString(from))
    return outOfRange(context, `CAST(${value} AS VARCHAR)`, 'unsigned_long');
  const number = context.once(textToDouble(context, value));
  return `CASE WHEN ${number} IS NULL THEN ${forDecimal(context, value)} ELSE ${outOfRange(context, value, 'unsigned_long')} END`;
};

const NANOS_FORMAT = 'strict_date_optional_time_nanos';

const toNanos: FailureText = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = call.arguments[0]?.type;
  if (from === 'keyword' || from === 'text') return noDate(context, value, NANOS_FORMAT);
  const isBefore = from === 'date' ? `epoch_ms(${value}) < 0` : `${value} < 0`;
  const before = `${ARGUMENT} Nanosecond dates before 1970 are not supported.`;
  const after = `${ARGUMENT} Nanosecond dates after 2262-04-11T23:47:16.854775807Z are not supported.`;
  return `CASE WHEN ${isBefore} THEN ${context.bind(before, 'keyword')} ELSE ${context.bind(after, 'keyword')} END`;
};

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
  TO_UNSIGNED_LONG: toUnsigned,
  TO_DATETIME: toDatetime,
  TO_DATE_NANOS: toNanos,
  TO_IP: (values, _call, context) =>
    `${context.bind(`${ARGUMENT} '`, 'keyword')} || ${valueAt(values, 0)} || ${context.bind("' is not an IP string literal.", 'keyword')}`,
};
