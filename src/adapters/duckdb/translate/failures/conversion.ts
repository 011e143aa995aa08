import type { FieldType } from '#esql/schema.ts';
import { isString } from '#esql/types.ts';
import { ARGUMENT, type FailureText, INVALID, outOfRange } from './failure.ts';
import { type EmitContext, valueAt } from '../emitters/emitter.ts';
import { javaTextToDouble, textToDouble } from '../emitters/conversion.ts';
import { isoDateSql } from '../sql/iso-date-sql.ts';
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
    const number = context.once(javaTextToDouble(context, value));
    const noNumber =
      target === 'double'
        ? forInput(context, context.once(`regexp_replace(${value}, '^[\\x00-\\x20]+|[\\x00-\\x20]+$', '', 'g')`))
        : `${context.bind(`${INVALID} Cannot parse number [`, 'keyword')} || ${value} || ']'`;
    return `CASE WHEN ${number} IS NULL OR NOT isfinite(${number}) THEN ${noNumber} ELSE ${doubleOutOfRange(context, number, target)} END`;
  };

/** A text that is no date of a format. */
export const noDate = (context: EmitContext, text: string, format: string): string =>
  `CASE WHEN ${text} = '' THEN ${context.bind(`${ARGUMENT} cannot parse empty datetime`, 'keyword')} ` +
  `ELSE ${context.bind(`${ARGUMENT} failed to parse date field [`, 'keyword')} || ${text} || ${context.bind(`] with format [${format}]`, 'keyword')} END`;

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
const LAST_NANOS = '2262-04-11T23:47:16.854775807';

/** The date of a text as Java writes an instant: with as many digits of a second as it has, in threes. */
const instantSql = (context: EmitContext, date: string, text: string): string => {
  const digits = context.once(`rpad(regexp_extract(${text}, '[.,](\\d{1,9})', 1), 9, '0')`);
  const fraction = `CASE WHEN ${digits} = '000000000' THEN '' ELSE '.' || regexp_replace(${digits}, '(?:000){1,2}$', '') END`;
  return `strftime(${date}, '%Y-%m-%dT%H:%M:%S') || ${fraction} || 'Z'`;
};

const toNanos: FailureText = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = call.arguments[0]?.type;
  const beside = (isBefore: string, told: string, way: string): string =>
    `${told} || CASE WHEN ${isBefore} THEN ${context.bind(`before the epoch in 1970 and ${way}`, 'keyword')} ` +
    `ELSE ${context.bind(`after ${LAST_NANOS} and ${way}`, 'keyword')} END`;
  if (from === 'keyword' || from === 'text') {
    const date = context.once(isoDateSql(context, value));
    const told = `${context.bind(`${ARGUMENT} date[`, 'keyword')} || ${instantSql(context, date, value)} || '] is '`;
    const outside = beside(`year(${date}) < 1970`, told, 'cannot be stored in nanosecond resolution');
    return `CASE WHEN ${date} IS NULL THEN ${noDate(context, value, NANOS_FORMAT)} ELSE ${outside} END`;
  }
  if (from === 'date') {
    const ms = `epoch_ms(${value})`;
    const told = `${context.bind(`${ARGUMENT} milliSeconds [`, 'keyword')} || CAST(${ms} AS VARCHAR) || '] are '`;
    return beside(`${ms} < 0`, told, 'cannot be processed in nanosecond resolution');
  }
  const before = `${ARGUMENT} Nanosecond dates before 1970 are not supported.`;
  const after = `${ARGUMENT} Nanosecond dates after ${LAST_NANOS}Z are not supported.`;
  return `CASE WHEN ${value} < 0 THEN ${context.bind(before, 'keyword')} ELSE ${context.bind(after, 'keyword')} END`;
};

const toDatetime: FailureText = (values, call, context) => {
  const value = valueAt(values, 0);
  const from = call.arguments[0]?.type;
  if (from === 'double') return doubleOutOfRange(context, value, 'long');
  if (from === 'keyword' || from === 'text') return noDate(context, value, ISO_FORMAT);
  return outOfRange(context, `CAST(${value} AS VARCHAR)`, from === 'unsigned_long' ? 'long' : 'date');
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
